//! Who is in the rooms of a real Synapse: who owns the community, who writes, and who watches.

use hygie_servers::synapse::{SERVER_NAME, Slot, Synapse};

use super::members::Member;

const PASSWORD: &str = "a password of the load harness";
const OWNER: &str = "owner";
const WATCHER: &str = "watcher";
/// How many people write.
const SENDERS: usize = 8;

/// Everybody, logged in.
pub(super) struct People {
    pub(super) owner: Member,
    pub(super) senders: Vec<Member>,
    pub(super) watcher: Member,
}

impl People {
    /// Registers them and logs them in.
    pub(super) async fn register(synapse: &Synapse) -> Self {
        let log_in = async |name: &str| {
            synapse.register(name, PASSWORD).await;
            Member::log_in(&synapse.url(), name, PASSWORD).await
        };
        let (owner, watcher) = (log_in(OWNER).await, log_in(WATCHER).await);
        let mut senders = Vec::new();
        for number in 0..SENDERS {
            senders.push(log_in(&sender(number)).await);
        }
        Self {
            owner,
            senders,
            watcher,
        }
    }

    /// They join the space and the groups of a community, as soon as Hygie has made them; the ids of the rooms, the space first.
    pub(super) async fn join(&self, slot: &Slot, community: &str, groups: usize) -> Vec<String> {
        let space = self.owner.join(&alias(slot, community, "")).await;
        for (number, member) in self.senders.iter().enumerate() {
            self.owner.invite(&space, &full(&sender(number))).await;
            member.join(&space).await;
        }
        self.owner.invite(&space, &full(WATCHER)).await;
        self.watcher.join(&space).await;
        let mut rooms = vec![space];
        for group in 0..groups {
            let name = alias(slot, community, &format!("_g{group}"));
            let room = self.watcher.join(&name).await;
            for member in &self.senders {
                member.join(&room).await;
            }
            rooms.push(room);
        }
        rooms
    }
}

/// The Matrix id of who owns every community.
pub(super) fn owner() -> String {
    full(OWNER)
}

/// The alias of a room that Hygie makes: of a group with `_` before its id, of the space without one.
pub(super) fn alias(slot: &Slot, community: &str, group: &str) -> String {
    format!("#_{}_{community}{group}:{SERVER_NAME}", slot.bot)
}

/// The Matrix id of somebody on this Synapse.
pub(super) fn full(localpart: &str) -> String {
    format!("@{localpart}:{SERVER_NAME}")
}

fn sender(number: usize) -> String {
    format!("sender{number}")
}
