//! Requests of the encryption side: keys of devices, to-device messages, the key backup, and the sync that brings keys. They are ruma's
//! types, because `matrix-sdk-crypto` makes and takes those. Only `crypto` may hold [`Keys`] (a test reads the sources for it).

use std::{borrow::Cow, collections::BTreeSet, time::Duration};

use ruma::api::{
    AppserviceUserIdentity, FeatureFlag, IncomingResponse, MatrixVersion, OutgoingRequest,
    OutgoingRequestAppserviceExt, SupportedVersions,
    auth_scheme::{AuthScheme, SendAccessToken},
    path_builder::VersionHistory,
};

use super::{Connection, LARGEST_STATE, MatrixError, REQUEST_TIMEOUT, answer, misshapen};

/// Asks and tells as the bot on its device.
#[derive(Clone)]
pub struct Keys {
    connection: Connection,
    /// On the bot's device, or as the bot without one.
    on_device: bool,
    versions: SupportedVersions,
}

impl Keys {
    /// Through this connection.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        let versions = SupportedVersions {
            versions: BTreeSet::from([MatrixVersion::V1_11]),
            features: BTreeSet::from([FeatureFlag::from("org.matrix.simplified_msc3575")]),
        };
        Self {
            connection,
            on_device: true,
            versions,
        }
    }

    /// Asks as the bot without a device: for when it does not exist yet.
    #[must_use]
    pub fn without_device(connection: Connection) -> Self {
        Self {
            on_device: false,
            ..Self::new(connection)
        }
    }

    /// Makes one request.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn ask<R>(&self, request: R) -> Result<R::IncomingResponse, MatrixError>
    where
        R: OutgoingRequest<PathBuilder = VersionHistory>,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    {
        self.ask_patiently(request, Duration::ZERO).await
    }

    /// Makes one request that the homeserver may take `longer` to answer than others.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn ask_patiently<R>(
        &self,
        request: R,
        longer: Duration,
    ) -> Result<R::IncomingResponse, MatrixError>
    where
        R: OutgoingRequest<PathBuilder = VersionHistory>,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    {
        let inner = &self.connection.0;
        let mut identity = AppserviceUserIdentity::new(&inner.user);
        identity.device_id = self.on_device.then_some(&*inner.device);
        let request = request
            .try_into_http_request_with_identity::<Vec<u8>>(
                inner.base.as_str(),
                SendAccessToken::IfRequired(&inner.token),
                identity,
                Cow::Borrowed(&self.versions),
            )
            .map_err(|error| MatrixError::Refused {
                status: 400,
                errcode: "M_INVALID_PARAM".to_owned(),
                message: error.to_string(),
            })?;
        let mut request = reqwest::Request::try_from(request)
            .map_err(|error| MatrixError::unreachable(&error))?;
        *request.timeout_mut() = Some(REQUEST_TIMEOUT + longer);
        let bytes = answer(inner.http.execute(request).await, LARGEST_STATE).await?;
        // A body that is not JSON must not be repeated in an error.
        IncomingResponse::try_from_http_response(ruma::exports::http::Response::new(bytes))
            .map_err(|_| misshapen())
    }
}
