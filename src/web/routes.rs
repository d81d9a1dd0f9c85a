//! Every route that the program serves, and who may use it. A route that is not in this table makes a test fail, and the
//! test of authentication goes over all of them.

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only the homeserver, which shows its token.
    Homeserver,
    /// Only the homeserver's guard module, which shows the door's token; where there is no door, there is no such route.
    Guard,
    /// Everybody who reaches the port: so it tells nothing that is secret or about a person, and is limited by [`super::Limits`].
    Public,
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// HTTP method.
    pub method: &'static str,
    /// Path, with `{parameters}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// Every route of the program.
pub const ROUTES: [Route; 12] = [
    homeserver("PUT", "/_matrix/app/v1/transactions/{txn_id}"),
    homeserver("GET", "/_matrix/app/v1/users/{user_id}"),
    homeserver("GET", "/_matrix/app/v1/rooms/{alias}"),
    homeserver("POST", "/_matrix/app/v1/ping"),
    guard("POST", "/_hygie/guard/{callback}"),
    guard("GET", "/_hygie/guard/status"),
    public("GET", "/health/live"),
    public("GET", "/health/ready"),
    public("GET", "/metrics"),
    public("GET", "/join/style.css"),
    public("GET", "/join/{token}"),
    public("POST", "/join/{token}"),
];

const fn homeserver(method: &'static str, path: &'static str) -> Route {
    Route {
        method,
        path,
        access: Access::Homeserver,
    }
}

const fn guard(method: &'static str, path: &'static str) -> Route {
    Route {
        method,
        path,
        access: Access::Guard,
    }
}

const fn public(method: &'static str, path: &'static str) -> Route {
    Route {
        method,
        path,
        access: Access::Public,
    }
}
