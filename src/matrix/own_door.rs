//! Asks our own guard door what it says of itself, where the homeserver's module reaches it. For `hygie check`.

use std::time::Duration;

use reqwest::Method;
use ruma::{DeviceId, OwnedUserId};
use url::Url;

use super::{Connection, MatrixError};
use crate::guard::Status;

/// A door answers at once, or not at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the door behind `appservice.url` says of itself to who shows this token.
///
/// # Errors
/// When it cannot be reached, does not know the token (`Unauthorised`), or is not there (404).
pub async fn guard_status(
    base: &Url,
    token: &str,
    bot: OwnedUserId,
) -> Result<Status, MatrixError> {
    let unreachable = |problem: &reqwest::Error| MatrixError::unreachable(problem);
    let device = <&DeviceId>::from("CHECK").to_owned();
    let connection =
        Connection::with_timeout(base.clone(), token.to_owned(), bot, device, PATIENCE);
    let connection = connection.map_err(|problem| unreachable(&problem))?;
    let mut url = base.clone();
    let path = format!("{}/_hygie/guard/status", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let answer = connection.call(Method::GET, url, None).await?;
    serde_json::from_value(answer).map_err(|_| super::misshapen())
}
