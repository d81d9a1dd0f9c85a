//! Making the bot exist on the homeserver before anything else is done.

use std::time::Duration;

use tracing::{info, warn};

use crate::{
    community::desired::ROOM_VERSION,
    fault,
    matrix::{MatrixError, Writer},
    shared::Shared,
};

/// Who the bot is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its display name.
    pub display_name: String,
}

/// Registers the bot and its device, as often as it takes.
pub(super) async fn until_the_bot_exists(shared: &Shared, writer: &Writer, identity: &Identity) {
    let mut wait = Duration::from_millis(250);
    loop {
        match make_bot(writer, identity).await {
            Ok(()) => {
                shared.health.homeserver_answered(true);
                shared.health.fatal(None);
                return;
            }
            Err(problem) => {
                let remedy = remedy(&problem);
                warn!(%problem, remedy, "the bot could not be registered yet; trying again");
                if matches!(
                    problem,
                    MatrixError::Unauthorised(_) | MatrixError::Refused { .. }
                ) {
                    shared.health.fatal(Some(format!("{problem}; {remedy}")));
                } else {
                    shared.health.homeserver_answered(false);
                }
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(10));
            }
        }
    }
}

async fn make_bot(writer: &Writer, identity: &Identity) -> Result<(), MatrixError> {
    writer.register_bot().await?;
    fault::point("start.bot_registered");
    writer.set_display_name(&identity.display_name).await?;
    if !writer.reader().supports_room_version(ROOM_VERSION).await? {
        return Err(MatrixError::Refused {
            status: 400,
            errcode: "M_UNSUPPORTED_ROOM_VERSION".to_owned(),
            message: format!(
                "the homeserver does not know room version {ROOM_VERSION}; upgrade it"
            ),
        });
    }
    info!("the bot is registered");
    Ok(())
}

fn remedy(problem: &MatrixError) -> &'static str {
    match problem {
        MatrixError::Unreachable(_) | MatrixError::Failed { .. } => {
            "check `homeserver.url` and that the homeserver runs"
        }
        MatrixError::Limited { .. } => "it will be tried again when the homeserver allows",
        MatrixError::Unauthorised(_) | MatrixError::Refused { .. } => {
            "check that the homeserver has loaded this registration.yaml (app_service_config_files) and was restarted since"
        }
    }
}
