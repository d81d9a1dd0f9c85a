//! What holds of each effect: how urgent it is, its name, its room, and whether its failure is told.

use ruma::OwnedRoomId;

use super::{Effect, MembershipChange, Priority, Recipient};

impl Effect {
    /// How urgent it is.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match self {
            Self::Redact { .. } | Self::Hold { .. } => Priority::Protect,
            Self::Membership { change, .. } => match change {
                // An unban with the bans: in one room they happen in the order in which they were decided.
                MembershipChange::Ban
                | MembershipChange::BanAndRedact
                | MembershipChange::Kick
                | MembershipChange::Unban => Priority::Protect,
                MembershipChange::Invite => Priority::Housekeep,
            },
            // Before anything that is only said or copied, and after every leak: there may be hundreds.
            Self::SetState { .. }
            | Self::WithdrawCopy { .. }
            | Self::SetListing { .. }
            | Self::CleanUp { .. } => Priority::Govern,
            Self::Say { .. }
            | Self::Card { .. }
            | Self::React { .. }
            | Self::PassOn { .. }
            | Self::PostStatus { .. }
            | Self::HandTicket { .. }
            | Self::Move { .. }
            | Self::Release { .. }
            | Self::LookInto { .. }
            | Self::Join { .. }
            | Self::Leave { .. } => Priority::Reply,
            Self::PostAnnouncement { .. } | Self::Copy { .. } | Self::EditCopy { .. } => {
                Priority::Announce
            }
            Self::CreateRoom { .. }
            | Self::Adopt { .. }
            | Self::Upgrade { .. }
            | Self::ReadRoster { .. }
            | Self::Attach { .. }
            | Self::ReadList { .. }
            | Self::LeaveList { .. }
            | Self::Refresh { .. } => Priority::Housekeep,
        }
    }

    /// Its name in metrics, logs and the store.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Redact { .. } => "redact",
            Self::CleanUp { .. } => "clean_up",
            Self::Membership { change, .. } => match change {
                MembershipChange::Invite => "invite",
                MembershipChange::Kick => "kick",
                MembershipChange::Ban | MembershipChange::BanAndRedact => "ban",
                MembershipChange::Unban => "unban",
            },
            Self::SetState { .. } => "set_state",
            Self::CreateRoom { .. } => "create_room",
            Self::Join { .. } => "join",
            Self::Leave { .. } => "leave",
            Self::Say { .. } => "say",
            Self::PostAnnouncement { .. } => "post_announcement",
            Self::Copy { .. } => "copy",
            Self::EditCopy { .. } => "edit_copy",
            Self::WithdrawCopy { .. } => "withdraw_copy",
            Self::Refresh { .. } => "refresh",
            Self::Card { .. } => "card",
            Self::React { .. } => "react",
            Self::Adopt { .. } => "adopt",
            Self::Upgrade { .. } => "upgrade",
            Self::SetListing { .. } => "set_listing",
            Self::ReadRoster { .. } => "read_roster",
            Self::PassOn { .. } => "pass_on",
            Self::PostStatus { .. } => "post_status",
            Self::Move { .. } => "move",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::HandTicket { .. } => "hand_ticket",
            Self::Attach { .. } => "attach",
            Self::LookInto { .. } => "look_into",
            Self::ReadList { .. } => "read_list",
            Self::LeaveList { .. } => "leave_list",
        }
    }

    /// The room that it happens in, when that is known before it happens.
    #[must_use]
    pub fn room(&self) -> Option<&OwnedRoomId> {
        match self {
            Self::Redact { room, .. }
            | Self::CleanUp { room, .. }
            | Self::Membership { room, .. }
            | Self::SetState { room, .. }
            | Self::Join { room }
            | Self::Leave { room }
            | Self::PostAnnouncement { room, .. }
            | Self::Copy { room, .. }
            | Self::EditCopy { room, .. }
            | Self::WithdrawCopy { room, .. }
            | Self::Refresh { room }
            | Self::Upgrade { room, .. }
            | Self::SetListing { room, .. }
            | Self::React { room, .. }
            | Self::ReadRoster { room, .. }
            | Self::PostStatus { room, .. }
            | Self::Move { room, .. }
            | Self::Hold { room, .. }
            | Self::Release { room, .. }
            | Self::Attach { room, .. }
            | Self::LookInto { room, .. }
            | Self::LeaveList { room }
            | Self::Say {
                to: Recipient::Room(room),
                ..
            }
            | Self::Card {
                to: Recipient::Room(room),
                ..
            }
            | Self::PassOn {
                to: Recipient::Room(room),
                ..
            } => Some(room),
            Self::Say {
                to: Recipient::Person(_),
                ..
            }
            | Self::Card {
                to: Recipient::Person(_),
                ..
            }
            | Self::PassOn {
                to: Recipient::Person(_),
                ..
            }
            | Self::HandTicket { .. }
            | Self::Adopt { .. }
            | Self::ReadList { .. }
            | Self::CreateRoom { .. } => None,
        }
    }

    /// Whether its failure is told to the admins: not for what is only said, or the failure to tell would be told for ever.
    #[must_use]
    pub fn failure_is_told(&self) -> bool {
        !matches!(
            self,
            Self::Say { .. } | Self::Card { .. } | Self::React { .. } | Self::Leave { .. }
        )
    }
}
