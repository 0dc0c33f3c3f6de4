//! What kind of deed a component or a clause is: finding, making, changing or removing.

use tdev_core::component::Component;

use super::words::tokens;

/// A kind of deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Looks without touching.
    Find,
    /// Brings about: books, buys, sends, creates.
    Make,
    /// Sets or changes what is there.
    Change,
    Remove,
    /// Not told.
    Open,
}

#[rustfmt::skip]
const FIND: &[&str] = &[
    "check", "discover", "fetch", "find", "get", "list", "locate", "look", "lookup", "obtain",
    "query", "read", "retrieve", "search", "show", "tell", "view", "what", "which", "who", "give",
    "recommend", "suggest", "browse", "display", "know", "see", "explore", "when", "where", "how", "whose",
];
#[rustfmt::skip]
const MAKE: &[&str] = &[
    "add", "append", "apply", "arrange", "book", "buy", "create", "email", "insert", "invite",
    "make", "message", "order", "pay", "play", "post", "publish", "purchase", "put", "rate", "register",
    "rent", "reserve", "save", "schedule", "send", "share", "start", "submit", "subscribe", "skip",
    "upload", "reservation", "appointment", "switch", "follow", "build", "vote",
];
#[rustfmt::skip]
const CHANGE: &[&str] = &[
    "change", "decrease", "disable", "edit", "enable", "increase", "modify", "pause", "rename",
    "reschedule", "resume", "set", "turn", "update", "follow", "save", "play", "switch", "start",
    "make", "put", "mark", "replace", "lower", "raise", "mute", "lock", "unlock",
];
#[rustfmt::skip]
const REMOVE: &[&str] = &["cancel", "clear", "delete", "drop", "remove", "unfollow", "unsubscribe", "erase", "unsave"];

impl Action {
    /// What a component does, by its method, or the first verb of its name or description.
    pub(super) fn of(component: &Component) -> Self {
        match component.name.split(' ').next().unwrap_or("") {
            "GET" | "HEAD" => return Self::Find,
            "POST" => return Self::Make,
            "PUT" | "PATCH" => return Self::Change,
            "DELETE" => return Self::Remove,
            _ => {}
        }
        let name = tokens(component.name.rsplit('.').next().unwrap_or(""));
        let told = tokens(&component.description);
        let first = |words: &[String]| words.first().and_then(|w| Self::of_word(w));
        first(&name).or_else(|| first(&told)).unwrap_or(Self::Open)
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        let root = word.strip_suffix('s').unwrap_or(word);
        let is = |list: &[&str]| list.contains(&word) || list.contains(&root);
        if is(REMOVE) {
            Some(Self::Remove)
        } else if is(FIND) {
            Some(Self::Find)
        } else if is(MAKE) {
            Some(Self::Make)
        } else if is(CHANGE) {
            Some(Self::Change)
        } else {
            None
        }
    }

    /// Whether words after a verb say that something new comes about: "make a list", not "make
    /// the list shorter".
    pub(super) fn brings(verb: &str, after: &[String]) -> bool {
        let new = |w: &String| matches!(w.as_str(), "a" | "an" | "new" | "another");
        let old = |w: &String| matches!(w.as_str(), "the" | "my" | "it" | "this" | "that" | "them");
        let making = matches!(
            verb,
            "make" | "create" | "build" | "start" | "generate" | "put" | "save" | "set"
        );
        let near = after.iter().take(3);
        making && (near.take_while(|w| !old(w)).any(new) || after.iter().any(|w| w == "new"))
    }

    /// How well a clause that opens with this verb suits the deed, from -1 to 1.
    pub(super) fn suits(self, verb: &str, brings: bool) -> f64 {
        if brings && self == Self::Change {
            return -0.5;
        }
        let lists = [
            (Self::Find, FIND),
            (Self::Make, MAKE),
            (Self::Change, CHANGE),
            (Self::Remove, REMOVE),
        ];
        if self == Self::Open || !lists.iter().any(|(_, list)| list.contains(&verb)) {
            return 0.0;
        }
        let own = lists
            .iter()
            .find(|(action, _)| *action == self)
            .map_or(&[][..], |(_, list)| list);
        if own.contains(&verb) {
            return 1.0;
        }
        let both = |a: Self, b: Self| {
            (self == a && of(verb) == Some(b)) || (self == b && of(verb) == Some(a))
        };
        fn of(verb: &str) -> Option<Action> {
            Action::of_word(verb)
        }
        if both(Self::Make, Self::Change) {
            0.0
        } else {
            -1.0
        }
    }
}
