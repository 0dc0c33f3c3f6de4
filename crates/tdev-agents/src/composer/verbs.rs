//! Which words are verbs, and where one opens a clause.

use super::words::tokens;

/// Verbs that open a clause of their own; a general list of English imperatives, sorted.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "accept", "activate", "adapt", "add", "adjust", "alert", "align", "amplify", "analyse",
    "analyze", "animate", "annotate", "announce", "answer", "append", "apply", "approve",
    "archive", "arm", "arrange", "ask", "assemble", "assess", "assign", "attach", "attend",
    "backup", "blend", "block", "blur", "book", "boost", "borrow", "brew", "brighten", "bring",
    "broadcast", "browse", "build", "buy", "calculate", "call", "cancel", "capture", "carry",
    "change", "charge", "check", "choose", "cite", "classify", "clean", "clear", "close",
    "collect", "color", "colorize", "colour", "combine", "commission", "compare", "compile",
    "compose", "compress", "compute", "configure", "confirm", "connect", "consult", "contact",
    "convert", "cook", "copy", "correct", "count", "crawl", "create", "crop", "cut", "decide",
    "decode", "decorate", "decrypt", "deduce", "delete", "deploy", "describe", "detect",
    "determine", "dial", "diff", "dim", "disable", "discover", "discuss", "dispatch", "display",
    "divide", "donate", "download", "draft", "draw", "drink", "drive", "duplicate", "eat", "edit",
    "elaborate", "email", "emphasize", "employ", "enable", "encode", "encrypt", "enhance",
    "enlarge", "enrol", "enroll", "ensure", "enter", "erase", "estimate", "evaluate", "exchange",
    "execute", "expand", "explain", "explore", "export", "extract", "feed", "fetch", "fill",
    "filter", "find", "fix", "flip", "follow", "forecast", "format", "forward", "freeze",
    "gather", "generate", "get", "give", "group", "guess", "handle", "hash", "hear", "help",
    "highlight", "hire", "identify", "illustrate", "imagine", "import", "improve", "include",
    "increase", "infer", "inform", "initiate", "insert", "inspect", "install", "integrate",
    "interpret", "introduce", "invent", "investigate", "invite", "isolate", "join", "keep", "know",
    "label", "learn", "lend", "let", "list", "listen", "load", "locate", "lock", "look", "lookup",
    "lower", "mail", "make", "manage", "manipulate", "mark", "match", "measure", "mention",
    "merge", "message", "mix", "modify", "monitor", "move", "multiply", "mute", "narrate",
    "navigate", "notify", "observe", "obtain", "offer", "open", "optimize", "order", "organize",
    "overlay", "paint", "paraphrase", "parse", "pass", "pause", "pay", "perform", "pick",
    "pinpoint", "plan", "play", "plot", "polish", "post", "practice", "predict", "prepare",
    "present", "preview", "print", "process", "produce", "proofread", "propose", "provide",
    "publish", "pull", "purchase", "put", "query", "raise", "rank", "rate", "reach", "read",
    "recite", "recognise", "recognize", "recolor", "recommend", "reconstruct", "record", "redeem",
    "reduce", "refine", "reformat", "refresh", "register", "rehearse", "relay", "remind", "remix",
    "remove", "rename", "render", "renew", "rent", "repair", "repeat", "rephrase", "replace",
    "reply", "report", "request", "reschedule", "reserve", "resize", "resolve", "restart",
    "resume", "retrieve", "return", "review", "rewind", "rewrite", "ride", "rotate", "run",
    "save", "scan", "schedule", "score", "scrape", "search", "segment", "select", "sell", "send",
    "separate", "set", "share", "sharpen", "ship", "shorten", "show", "shrink", "shuffle", "sign",
    "simplify", "simulate", "sing", "sketch", "skip", "smooth", "solve", "sort", "speak",
    "specify", "speed", "spell", "split", "start", "steady", "stitch", "stop", "store", "stream",
    "strip", "submit", "subscribe", "substitute", "suggest", "sum", "summarise", "summarize",
    "swap", "switch", "synchronize", "synthesize", "tag", "take", "tell", "test", "total",
    "track", "transcribe", "transfer", "transform", "translate", "trim", "tune", "turn", "tweak",
    "unfollow", "uninstall", "unlock", "unmute", "unsubscribe", "update", "upgrade", "upload",
    "use", "validate", "verify", "view", "visit", "visualize", "vote", "wake", "warn", "wash",
    "watch", "weigh", "withdraw", "write",
];

/// Whether a word is an imperative that can open a clause.
pub(super) fn is_verb(word: &str) -> bool {
    VERBS.binary_search(&word).is_ok()
}

/// Verbs that are nouns as well: with a value or nothing behind them they name it.
#[rustfmt::skip]
const NOUNS_TOO: &[&str] = &[
    "answer", "charge", "email", "format", "group", "label", "list", "mail", "mark", "message",
    "order", "plan", "query", "rank", "rate", "record", "report", "request", "review", "score",
    "sum", "tag", "test", "total",
];

/// More of them, which at the end of a sentence name what is wanted: "its memory and load".
#[rustfmt::skip]
const NOUNS_LAST: &[&str] = &[
    "book", "call", "change", "cost", "display", "estimate", "filter", "link", "load", "match",
    "process", "search", "share", "store", "track", "view", "visit", "watch",
];

/// Whether a text opens with a word that forbids: "do not", "never".
pub(super) fn opens_with_negation(text: &str) -> bool {
    let words = tokens(text);
    let mut words = words
        .iter()
        .map(String::as_str)
        .skip_while(|w| matches!(*w, "and" | "but" | "then" | "also" | "please"));
    matches!(
        (words.next(), words.next()),
        (Some("do" | "does"), Some("not"))
            | (Some("don" | "doesn"), Some("t"))
            | (Some("dont" | "never" | "without"), _)
    )
}

/// Whether a text opens with an imperative, whatever polite or connecting words stand before it.
pub(super) fn opens_with_verb(text: &str) -> bool {
    let lead = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut rest = lead;
    loop {
        let end = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        let (written, after) = (rest.get(..end).unwrap_or(""), rest.get(end..).unwrap_or(""));
        let word = written.to_lowercase();
        if matches!(
            word.as_str(),
            "and"
                | "then"
                | "also"
                | "finally"
                | "please"
                | "just"
                | "simply"
                | "kindly"
                | "lastly"
                | "next"
                | "afterwards"
                | "now"
                | "subsequently"
                | "later"
        ) {
            rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
            continue;
        }
        // "In the meantime" goes before what it orders.
        if let Some(on) = ORDERING.iter().find_map(|phrase| {
            let opening = rest.get(..phrase.len())?;
            opening
                .eq_ignore_ascii_case(phrase)
                .then(|| rest.get(phrase.len()..))
                .flatten()
        }) {
            rest = on.trim_start_matches(|c: char| !c.is_alphanumeric());
            continue;
        }
        // "After that" is a word of order too.
        if word == "after"
            && let Some(on) = ["that", "this", "it"].iter().find_map(|w| {
                let on = after.trim_start().strip_prefix(w)?;
                on.starts_with(|c: char| !c.is_alphanumeric()).then_some(on)
            })
        {
            rest = on.trim_start_matches(|c: char| !c.is_alphanumeric());
            continue;
        }
        // "And want to see it", "and would like to".
        let wish = matches!(word.as_str(), "want" | "need" | "wish" | "would" | "hope");
        if wish && tokens(after).iter().take(2).any(|w| w == "to") {
            return true;
        }
        if !is_verb(&word) {
            return governs(written, after);
        }
        // "email    , phone" and "rate of" go on as nouns do.
        let next = after.trim_start();
        let behind = next
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("");
        let noun = next.is_empty()
            || next.starts_with([',', '.', ':'])
            || matches!(
                behind,
                "of" | "is" | "are" | "as" | "to" | "in" | "and" | "from" | "with" | "by"
            );
        let last = next.is_empty() && NOUNS_LAST.contains(&word.as_str());
        return !(noun && NOUNS_TOO.contains(&word.as_str()) || last);
    }
}

/// Words that open what a verb acts on: "steady the clip", "wake me".
#[rustfmt::skip]
const OBJECTS: &[&str] = &[
    "a", "an", "the", "it", "them", "me", "us", "him", "her", "my", "your", "our", "their", "his",
    "its", "this", "these", "those", "some",
];

/// Words of the closed classes, which are no verbs whatever follows them.
#[rustfmt::skip]
const NO_VERBS: &[&str] = &[
    "a", "about", "above", "across", "after", "again", "against", "ago", "all", "alone", "along",
    "already", "also", "although", "always", "am", "among", "an", "and", "another", "any", "are",
    "around", "as", "at", "away", "back", "be", "because", "been", "before", "behind", "being",
    "below", "beneath", "beside", "besides", "between", "beyond", "both", "but", "by", "can",
    "could", "did", "does", "down", "during", "each", "either", "else", "even", "every",
    "except", "few", "first", "for", "from", "given", "had", "has", "he", "her", "here", "him",
    "his", "how", "i", "if", "in", "including", "inside", "into", "is", "it", "its", "just",
    "last", "least", "less", "like", "many", "may", "me", "mine", "more", "most", "much", "must",
    "my", "near", "neither", "never", "no", "nor", "not", "now", "of", "off", "often", "on",
    "once", "one", "only", "onto", "or", "other", "our", "out", "outside", "over", "past", "per",
    "plus", "quite", "rather", "same", "second", "several", "shall", "she", "should", "since",
    "so", "some", "soon", "still", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "third", "this", "those", "though", "three", "through",
    "throughout", "till", "to", "today", "together", "tomorrow", "tonight", "too", "toward",
    "towards", "two", "under", "unless", "unlike", "until", "unto", "up", "upon", "us", "very",
    "via", "was", "we", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whole", "whom", "whose", "why", "will", "with", "within", "without", "would", "yesterday",
    "yet", "you", "your",
];

/// Whether a text opens with a deed as done: "translated into French".
pub(super) fn opens_with_deed_done(text: &str) -> bool {
    let words = tokens(text);
    let Some(root) = words.first().and_then(|w| w.strip_suffix("ed")) else {
        return false;
    };
    is_verb(root) || is_verb(&format!("{root}e"))
}

/// Phrases that only order what comes next.
const ORDERING: &[&str] = &[
    "in the meantime",
    "at the same time",
    "meanwhile",
    "in addition",
    "additionally",
    "furthermore",
    "as well",
    "at the end",
    "in the end",
];

/// "Name it so" says what a thing made already is called.
const CALLS: &[&str] = &["name", "title"];

/// Whether a word that may be in no list of verbs stands like one: small, of no closed class, and
/// right before what it acts on.
fn governs(word: &str, after: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "up", "down", "out", "off", "on", "in", "away", "back", "over",
    ];
    let next = after.trim_start();
    let mut behind = next.split(|c: char| !c.is_alphanumeric());
    let mut object = behind.next().unwrap_or("");
    // "Top up my card", "switch off the lights".
    if PARTICLES.contains(&object) {
        object = behind.next().unwrap_or("");
    }
    after.starts_with(' ')
        && word.len() > 1
        && word.chars().all(|c| c.is_ascii_lowercase())
        && !word.ends_with("ly")
        && !(word.ends_with("ing") && word.len() > 5)
        && !NO_VERBS.contains(&word)
        && !(CALLS.contains(&word) && matches!(object, "it" | "them"))
        && OBJECTS.contains(&object)
}

/// Whether a word is of a closed class: an article, a preposition, a pronoun.
pub(super) fn is_closed(word: &str) -> bool {
    NO_VERBS.contains(&word)
}

/// Whether a word in no list of verbs stands like one before these.
pub(super) fn stands_as_verb(word: &str, behind: &[&str]) -> bool {
    governs(word, &format!(" {}", behind.join(" ")))
}

/// The verb of a clause: the one it opens with, be it in no list, else the first that it has.
pub(super) fn verb_of(words: &[String]) -> Option<&String> {
    let lead = |w: &&String| {
        matches!(
            w.as_str(),
            "and"
                | "then"
                | "also"
                | "finally"
                | "please"
                | "before"
                | "after"
                | "while"
                | "you"
                | "i"
                | "we"
                | "d"
                | "would"
                | "like"
                | "want"
                | "need"
                | "to"
                | "next"
                | "that"
        )
    };
    let mut rest = words.iter().skip_while(lead);
    let opening = rest.next();
    let behind: Vec<&str> = rest.take(2).map(String::as_str).collect();
    let stands = opening.filter(|w| governs(w, &format!(" {}", behind.join(" "))));
    stands.or_else(|| words.iter().find(|w| is_verb(w)))
}
