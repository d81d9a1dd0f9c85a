//! Which action goes next: the most urgent first, in order within a room and priority, so many at a time.

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};

use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use tokio::time::Instant;

use crate::{
    action::{Action, ActionId, Effect, Priority, Recipient},
    store::Waiting,
};

/// How many times as many requests that protect may be under way. The homeserver gives each request a share of its time: in a burst
/// of leaks the takedowns must get more of it than the messages that come in.
const PROTECTING: usize = 5;
/// How long after a takedown nothing is said or copied: the homeserver is still telling everybody of it, and does one thing at a
/// time.
const CALM: Duration = Duration::from_millis(200);
/// How long after that the rest goes on one by one: where one takedown was, the next may come any moment.
const ALERT: Duration = Duration::from_secs(2);
/// How long what is said or copied waits for calm. After that it goes on one by one.
const PATIENCE: Duration = Duration::from_secs(30);
/// After so many answers and notices in a row something goes that is less urgent: a thousand explanations of a raid keep no announcement waiting.
const IN_A_ROW: u32 = 4;

/// What is done one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Lane {
    Room(OwnedRoomId, Priority),
    Person(OwnedUserId),
    Alone(ActionId),
}

fn lane(action: &Action) -> Lane {
    match &action.effect {
        // Each stands for itself: a burst of leaks in one room is taken down side by side.
        Effect::Redact { .. } | Effect::WithdrawCopy { .. } | Effect::CreateRoom { .. } => {
            Lane::Alone(action.id.clone())
        }
        Effect::Say {
            to: Recipient::Person(user),
            ..
        }
        | Effect::Card {
            to: Recipient::Person(user),
            ..
        }
        | Effect::PassOn {
            to: Recipient::Person(user),
            ..
        }
        | Effect::HandTicket { to: user, .. } => Lane::Person(user.clone()),
        effect => match effect.room() {
            Some(room) => Lane::Room(room.clone(), effect.priority()),
            None => Lane::Alone(action.id.clone()),
        },
    }
}

/// Which state an action sets.
fn state_of(action: &Action) -> Option<(&str, &str)> {
    match &action.effect {
        Effect::SetState {
            event_type,
            state_key,
            ..
        } => Some((event_type, state_key)),
        _ => None,
    }
}

/// The actions that wait, and how many are under way.
pub(super) struct Queue {
    lanes: HashMap<Lane, VecDeque<(Waiting, u32)>>,
    /// Lanes that protect and could start now, by the order of decision.
    ready_to_protect: BTreeSet<(Priority, i64, Lane)>,
    /// The other lanes that could start now, by urgency, then by the order of decision.
    ready: BTreeSet<(Priority, i64, Lane)>,
    /// Lanes that wait for a moment.
    delayed: BTreeSet<(Instant, i64, Lane)>,
    /// Lanes with something under way.
    busy: HashSet<Lane>,
    /// How many answers and notices have gone in a row.
    replies: u32,
    protecting: usize,
    others: usize,
    limit: usize,
    depth: HashMap<Priority, usize>,
    /// When it is calm again after the last takedown.
    calm_at: Option<Instant>,
    /// Since when something waits for calm.
    held_since: Option<Instant>,
    /// While the homeserver is down, one request at a time, and none before this moment.
    down_until: Option<Instant>,
    stopped: bool,
}

impl Queue {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            lanes: HashMap::new(),
            ready_to_protect: BTreeSet::new(),
            ready: BTreeSet::new(),
            delayed: BTreeSet::new(),
            busy: HashSet::new(),
            replies: 0,
            protecting: 0,
            others: 0,
            limit,
            depth: HashMap::new(),
            calm_at: None,
            held_since: None,
            down_until: None,
            stopped: false,
        }
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        self.push_again(waiting, 0);
    }

    /// Takes back an action that had left the queue and was tried before.
    pub(super) fn push_again(&mut self, waiting: Waiting, tries: u32) {
        let lane = lane(&waiting.action);
        *self
            .depth
            .entry(waiting.action.effect.priority())
            .or_default() += 1;
        let queue = self.lanes.entry(lane.clone()).or_default();
        queue.push_back((waiting, tries));
        if queue.len() == 1 && !self.busy.contains(&lane) {
            self.make_ready(&lane);
        }
    }

    /// Takes an action in. One that waits to set the same state is not needed any more: the new one takes its turn, and it is given back.
    /// A thousand people who come make a thousand power levels, of which only the last matters.
    pub(super) fn push_instead(&mut self, waiting: Waiting) -> Option<Waiting> {
        if let Some(state) = state_of(&waiting.action)
            && let Some(queue) = self.lanes.get_mut(&lane(&waiting.action))
        {
            let older = queue
                .iter_mut()
                .find(|(it, _)| state_of(&it.action) == Some(state));
            if let Some((older, tries)) = older {
                *tries = 0;
                return Some(std::mem::replace(older, waiting));
            }
        }
        self.push(waiting);
        None
    }

    fn make_ready(&mut self, lane: &Lane) {
        if let Some((first, _)) = self.lanes.get(lane).and_then(VecDeque::front) {
            let priority = first.action.effect.priority();
            let ready = match priority {
                Priority::Protect => &mut self.ready_to_protect,
                _ => &mut self.ready,
            };
            ready.insert((priority, first.seq, lane.clone()));
        }
    }

    /// The next action that may start, with how often it was tried.
    pub(super) fn next(&mut self, now: Instant) -> Option<(Waiting, u32)> {
        while self.delayed.first().is_some_and(|(at, ..)| *at <= now)
            && let Some((_, _, lane)) = self.delayed.pop_first()
        {
            self.busy.remove(&lane);
            self.make_ready(&lane);
        }
        let down = self.down_until.is_some();
        if self.stopped
            || self.down_until.is_some_and(|until| now < until)
            || (down && self.running() > 0)
        {
            return None;
        }
        let next = self.next_ready(now)?;
        let (priority, _, lane) = next;
        let waiting = self.lanes.get_mut(&lane)?.pop_front()?;
        self.busy.insert(lane);
        *self.under_way(priority) += 1;
        Some(waiting)
    }

    fn next_ready(&mut self, now: Instant) -> Option<(Priority, i64, Lane)> {
        if self.protecting < PROTECTING * self.limit && !self.ready_to_protect.is_empty() {
            return self.ready_to_protect.pop_first();
        }
        let Some((urgency, ..)) = self.ready.first() else {
            self.held_since = None;
            return None;
        };
        // The homeserver's time belongs to what protects. What guards rooms goes on one by one meanwhile, the rest waits.
        let protects = self.protecting > 0 || !self.ready_to_protect.is_empty();
        let before = |moment: Option<Instant>| moment.is_some_and(|moment| now < moment);
        let limit = if protects || before(self.calm_at) {
            let waits = *urgency >= Priority::Reply;
            if waits && now < *self.held_since.get_or_insert(now) + PATIENCE {
                return None;
            }
            1
        } else {
            self.held_since = None;
            let alert = before(self.calm_at.map(|calm| calm + ALERT));
            if alert { 1 } else { self.limit }
        };
        (self.others < limit).then(|| self.in_turn()).flatten()
    }

    /// The most urgent of what does not protect; now and then something less urgent.
    fn in_turn(&mut self) -> Option<(Priority, i64, Lane)> {
        let is_reply = |it: &(Priority, i64, Lane)| it.0 == Priority::Reply;
        self.replies = match self.ready.first() {
            Some(first) if is_reply(first) => self.replies + 1,
            _ => 0,
        };
        if self.replies > IN_A_ROW {
            self.replies = 0;
            let after = (
                Priority::Announce,
                i64::MIN,
                Lane::Alone(ActionId(String::new())),
            );
            if let Some(later) = self.ready.range(after..).next().cloned() {
                self.ready.remove(&later);
                return Some(later);
            }
        }
        self.ready.pop_first()
    }

    fn under_way(&mut self, priority: Priority) -> &mut usize {
        if priority == Priority::Protect {
            &mut self.protecting
        } else {
            &mut self.others
        }
    }

    fn returned(&mut self, priority: Priority) {
        *self.under_way(priority) -= 1;
        if priority == Priority::Protect {
            self.calm_at = Some(Instant::now() + CALM);
        }
    }

    /// An action under way has ended: its lane goes on.
    pub(super) fn finished(&mut self, action: &Action) {
        let lane = lane(action);
        let priority = action.effect.priority();
        self.returned(priority);
        if let Some(depth) = self.depth.get_mut(&priority) {
            *depth = depth.saturating_sub(1);
        }
        self.busy.remove(&lane);
        if self.lanes.get(&lane).is_some_and(VecDeque::is_empty) {
            self.lanes.remove(&lane);
        } else {
            self.make_ready(&lane);
        }
    }

    /// An action under way is to be tried again, first in its lane.
    pub(super) fn again(&mut self, waiting: Waiting, tries: u32, at: Instant) {
        let lane = lane(&waiting.action);
        self.returned(waiting.action.effect.priority());
        let seq = waiting.seq;
        self.lanes
            .entry(lane.clone())
            .or_default()
            .push_front((waiting, tries));
        self.delayed.insert((at, seq, lane));
    }

    /// What waits for a moment in this room need not wait any longer.
    pub(super) fn wake(&mut self, room: &RoomId, now: Instant) {
        let lanes = &self.lanes;
        let here = |lane: &Lane| {
            let first = lanes.get(lane).and_then(VecDeque::front);
            first.is_some_and(|(first, _)| first.action.effect.room().is_some_and(|it| it == room))
        };
        let woken: Vec<_> = self
            .delayed
            .extract_if(.., |(_, _, lane)| here(lane))
            .collect();
        self.delayed
            .extend(woken.into_iter().map(|(_, seq, lane)| (now, seq, lane)));
    }

    pub(super) fn homeserver_is_down(&mut self, until: Instant) {
        self.down_until = Some(self.down_until.map_or(until, |before| before.max(until)));
    }

    pub(super) fn homeserver_answered(&mut self) {
        self.down_until = None;
    }

    /// Starts nothing any more.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(super) fn running(&self) -> usize {
        self.protecting + self.others
    }

    pub(super) fn depth(&self, priority: Priority) -> usize {
        self.depth.get(&priority).copied().unwrap_or_default()
    }

    /// When something may start that cannot start now.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        if self.stopped {
            return None;
        }
        let delayed = self.delayed.first().map(|(at, ..)| *at);
        // While one asks whether the homeserver is back, its answer wakes the loop.
        let waits = !self.ready.is_empty() || !self.ready_to_protect.is_empty();
        let asks = waits && self.running() == 0;
        let ready = asks.then_some(self.down_until).flatten();
        delayed
            .into_iter()
            .chain(ready)
            .chain(self.next_release())
            .min()
    }

    /// When what waits for calm may go on. Until then what is under way may end, which wakes the loop too.
    fn next_release(&self) -> Option<Instant> {
        let held = self.held_since.filter(|_| self.down_until.is_none())?;
        let patience = (self.others == 0).then_some(held + PATIENCE);
        let calm = self.calm_at.filter(|_| self.protecting == 0);
        patience.into_iter().chain(calm).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{action::Sender, clock::Timestamp, community::definition::Locale, reply::Text};

    fn waiting(seq: i64, effect: Effect) -> Waiting {
        let action = Action {
            id: ActionId::derive("cause", usize::try_from(seq).unwrap()),
            community: None,
            effect,
        };
        Waiting {
            seq,
            action,
            caused_at: Timestamp(0),
        }
    }

    fn copy(seq: i64, room: &str) -> Waiting {
        let (room, source_room) = (room.try_into().unwrap(), "!a:s".try_into().unwrap());
        waiting(
            seq,
            Effect::Copy {
                room,
                source_room,
                source: "$s".try_into().unwrap(),
                author: String::new(),
            },
        )
    }

    fn redact(seq: i64, room: &str) -> Waiting {
        let (reason, locale) = (Text::default(), Locale::Fr);
        let sender = Sender::Known("@a:s".try_into().unwrap());
        waiting(
            seq,
            Effect::Redact {
                room: room.try_into().unwrap(),
                event: "$e".try_into().unwrap(),
                reason,
                locale,
                sender,
            },
        )
    }

    fn order(queue: &mut Queue) -> Vec<i64> {
        order_at(queue, Instant::now())
    }

    fn order_at(queue: &mut Queue, now: Instant) -> Vec<i64> {
        std::iter::from_fn(|| queue.next(now))
            .map(|(waiting, _)| waiting.seq)
            .collect()
    }

    fn say(seq: i64) -> Waiting {
        let effect = Effect::Say {
            to: Recipient::Person(format!("@u{seq}:s").as_str().try_into().unwrap()),
            text: Text::default(),
            locale: Locale::Fr,
            reply_to: None,
        };
        waiting(seq, effect)
    }

    #[tokio::test]
    async fn a_thousand_explanations_keep_no_announcement_waiting_and_go_first_where_there_are_few()
    {
        let mut queue = Queue::new(2_000);
        for seq in 1..=1_000 {
            queue.push(say(seq));
        }
        for seq in 1_001..=1_003 {
            queue.push(copy(seq, &format!("!r{seq}:s")));
        }
        let order = order(&mut queue);
        let place = |seq| order.iter().position(|it| *it == seq).unwrap();
        assert_eq!([place(1_001), place(1_002), place(1_003)], [4, 9, 14]);
        assert_eq!(order.len(), 1_003);
        let mut few = Queue::new(100);
        few.push(copy(1, "!r:s"));
        for seq in 2..=4 {
            few.push(say(seq));
        }
        assert_eq!(order_at(&mut few, Instant::now()), [2, 3, 4, 1]);
    }

    #[tokio::test]
    async fn a_redaction_overtakes_a_relay_even_when_all_its_places_are_taken() {
        let mut queue = Queue::new(2);
        for seq in 1..=500 {
            queue.push(copy(seq, &format!("!r{seq}:s")));
        }
        assert_eq!(order(&mut queue), [1, 2]);
        queue.push(redact(501, "!r1:s"));
        assert_eq!(order(&mut queue), [501]);
    }

    #[tokio::test]
    async fn in_a_burst_more_takedowns_are_under_way_than_other_requests() {
        let mut queue = Queue::new(2);
        for seq in 1..=20 {
            queue.push(redact(seq, "!r:s"));
            queue.push(copy(20 + seq, &format!("!r{seq}:s")));
        }
        assert_eq!(order(&mut queue).len(), 2 * PROTECTING);
    }

    #[tokio::test]
    async fn what_is_copied_waits_until_a_takedown_is_over_and_not_for_ever() {
        let mut queue = Queue::new(8);
        let takedown = redact(1, "!r:s");
        queue.push(takedown.clone());
        for seq in 2..=3 {
            queue.push(copy(seq, &format!("!r{seq}:s")));
        }
        let now = Instant::now();
        assert_eq!(order_at(&mut queue, now), [1]);
        assert_eq!(queue.next_wake(), Some(now + PATIENCE));
        assert_eq!(order_at(&mut queue, now + PATIENCE), [2], "one by one");
        queue.finished(&copy(2, "!r2:s").action);
        queue.finished(&takedown.action);
        let over = Instant::now();
        for seq in 4..=6 {
            queue.push(copy(seq, &format!("!r{seq}:s")));
        }
        let woken = queue.next_wake();
        assert!(woken.is_some_and(|at| at <= over + CALM), "{woken:?}");
        assert_eq!(order_at(&mut queue, over + CALM), [3], "one by one");
        queue.finished(&copy(3, "!r3:s").action);
        assert_eq!(order_at(&mut queue, over + CALM + ALERT), [4, 5, 6]);
    }

    fn set(seq: i64, state_key: &str) -> Waiting {
        let effect = Effect::SetState {
            room: "!r:s".try_into().unwrap(),
            event_type: "m.room.power_levels".to_owned(),
            state_key: state_key.to_owned(),
            content: serde_json::json!({"users_default": seq}),
        };
        waiting(seq, effect)
    }

    #[tokio::test]
    async fn of_many_that_set_the_same_state_only_the_last_is_done_and_none_is_lost() {
        let mut queue = Queue::new(8);
        let pushed = |queue: &mut Queue, waiting| queue.push_instead(waiting).map(|it| it.seq);
        assert_eq!(pushed(&mut queue, set(1, "")), None);
        let now = Instant::now();
        assert_eq!(
            order_at(&mut queue, now),
            [1],
            "under way: not to be taken back"
        );
        assert_eq!(pushed(&mut queue, set(2, "")), None);
        assert_eq!(pushed(&mut queue, set(3, "other")), None);
        assert_eq!(pushed(&mut queue, set(4, "")), Some(2));
        assert_eq!(pushed(&mut queue, set(5, "")), Some(4));
        queue.finished(&set(1, "").action);
        assert_eq!(order_at(&mut queue, now), [5]);
        queue.finished(&set(5, "").action);
        assert_eq!(order_at(&mut queue, now), [3]);
        queue.finished(&set(3, "other").action);
        assert_eq!(queue.depth(Priority::Govern), 0);
    }

    #[tokio::test]
    async fn copies_to_one_room_go_one_after_the_other() {
        let mut queue = Queue::new(8);
        let (first, second) = (copy(1, "!r:s"), copy(2, "!r:s"));
        queue.push(first.clone());
        queue.push(second);
        assert_eq!(order(&mut queue), [1]);
        queue.finished(&first.action);
        assert_eq!(order(&mut queue), [2]);
    }

    #[tokio::test]
    async fn a_room_whose_copy_is_tried_again_keeps_its_order_and_holds_up_no_other() {
        let mut queue = Queue::new(8);
        queue.push(copy(1, "!r:s"));
        queue.push(copy(2, "!r:s"));
        queue.push(copy(3, "!other:s"));
        let (first, _) = queue.next(Instant::now()).unwrap();
        queue.again(first, 1, Instant::now() + Duration::from_mins(1));
        assert_eq!(order(&mut queue), [3]);
        let later = Instant::now() + Duration::from_secs(61);
        assert_eq!(
            queue
                .next(later)
                .map(|(waiting, tries)| (waiting.seq, tries)),
            Some((1, 1))
        );
    }

    #[tokio::test]
    async fn what_waits_in_a_room_goes_on_when_the_room_is_woken_and_nothing_else_does() {
        let mut queue = Queue::new(8);
        for (seq, room) in [(1, "!r:s"), (2, "!r:s"), (3, "!other:s")] {
            queue.push(redact(seq, room));
        }
        let later = Instant::now() + Duration::from_mins(10);
        while let Some((waiting, tries)) = queue.next(Instant::now()) {
            queue.again(waiting, tries + 1, later);
        }
        queue.wake("!r:s".try_into().unwrap(), Instant::now());
        assert_eq!(order(&mut queue), [1, 2]);
    }

    #[tokio::test]
    async fn takedowns_that_are_not_recorded_yet_are_woken_all() {
        let mut queue = Queue::new(8);
        for nth in 0..3 {
            let mut begun = redact(nth, "!r:s");
            begun.seq = 0;
            queue.push(begun);
        }
        let later = Instant::now() + Duration::from_mins(10);
        while let Some((waiting, tries)) = queue.next(Instant::now()) {
            queue.again(waiting, tries + 1, later);
        }
        queue.wake("!r:s".try_into().unwrap(), Instant::now());
        assert_eq!(order(&mut queue), [0, 0, 0]);
    }

    #[tokio::test]
    async fn while_the_homeserver_is_down_one_request_at_a_time_asks_whether_it_is_back() {
        let mut queue = Queue::new(8);
        for seq in 1..=3 {
            queue.push(redact(seq, "!r:s"));
        }
        let (first, _) = queue.next(Instant::now()).unwrap();
        queue.homeserver_is_down(Instant::now() + Duration::from_secs(5));
        queue.again(first, 0, Instant::now());
        assert!(queue.next(Instant::now()).is_none());
        let later = Instant::now() + Duration::from_secs(6);
        assert!(queue.next(later).is_some());
        assert!(
            queue.next(later).is_none(),
            "a second one while the first is under way"
        );
        queue.homeserver_answered();
        assert!(queue.next(later).is_some());
    }
}
