//! A slot: one appservice that Synapse knows from its start, for one test's own Hygie.

use std::net::TcpListener;

use crate::process::reserve_port;

/// The appservice of one test. Slots of a Synapse share no name, so tests cannot see each other.
#[derive(Debug)]
pub struct Slot {
    /// The number, from 0.
    pub number: usize,
    /// The bot's localpart, `hygie07`; every name of the slot is made from it.
    pub bot: String,
    /// The loopback port that Hygie listens on.
    pub port: u16,
    /// Whether Synapse holds the bot to the same limits as everybody.
    limited: bool,
    reserved: Option<TcpListener>,
}

impl Slot {
    pub(super) fn new(number: usize) -> Self {
        let (port, listener) = reserve_port();
        Self {
            number,
            bot: format!("hygie{number:02}"),
            port,
            limited: false,
            reserved: Some(listener),
        }
    }

    pub(super) fn limited(self) -> Self {
        Self {
            limited: true,
            ..self
        }
    }

    /// Gives the port free for Hygie.
    pub(super) fn release(mut self) -> Self {
        self.reserved = None;
        self
    }

    /// The token with which Hygie speaks to Synapse.
    #[must_use]
    pub fn as_token(&self) -> String {
        format!("as_token_of_{}_0123456789abcdef", self.bot)
    }

    /// The token with which Synapse speaks to Hygie.
    #[must_use]
    pub fn hs_token(&self) -> String {
        format!("hs_token_of_{}_0123456789abcdef", self.bot)
    }

    /// Where Hygie is reached.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The registration of the slot, the same file for Synapse and for Hygie.
    #[must_use]
    pub fn registration(&self, server_name: &str) -> String {
        let (bot, server) = (&self.bot, server_name.replace('.', "\\."));
        format!(
            "id: {bot}\n\
             url: \"{url}\"\n\
             as_token: {as_token}\n\
             hs_token: {hs_token}\n\
             sender_localpart: {bot}_as\n\
             rate_limited: {limited}\n\
             receive_ephemeral: true\n\
             io.element.msc4190: true\n\
             protocols: null\n\
             namespaces:\n  \
               users:\n    \
                 - {{exclusive: true, regex: '@{bot}:{server}'}}\n    \
                 - {{exclusive: true, regex: '@_{bot}_.*:{server}'}}\n  \
               aliases:\n    \
                 - {{exclusive: true, regex: '#_{bot}_.*:{server}'}}\n  \
               rooms: []\n",
            url = self.url(),
            as_token = self.as_token(),
            hs_token = self.hs_token(),
            limited = self.limited,
        )
    }
}
