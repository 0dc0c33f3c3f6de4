//! A grammar of goals: what people of that office ask for, in several phrasings each, and the plan
//! the office follows. Some of it no description tells: nothing is deleted before the permission
//! is checked, every approval is written to the log, private files are blacked out.

use crate::registry::{KEPT, PRIVATE};

/// Numbers that look random and are the same every time (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// A wish: its steps (`*` stands for what it is about), links between them by position, and how it
/// is said. The last two phrasings are kept for the goals that are asked later.
struct Wish {
    steps: &'static [&'static str],
    links: &'static [(usize, usize)],
    said: [&'static str; 6],
}

const WISHES: &[Wish] = &[
    Wish {
        steps: &["search_*", "read_*"],
        links: &[(0, 1)],
        said: [
            "show me what we have on the {x} {q}",
            "pull up the {x} called {q}",
            "what does the {x} {q} say",
            "open the {x} {q} for me",
            "let me see the {x} {q}",
            "I want to look at the {x} named {q}",
        ],
    },
    Wish {
        steps: &["search_*", "read_*", "summarize_text"],
        links: &[(0, 1), (1, 2)],
        said: [
            "give me the gist of the {x} {q}",
            "boil the {x} {q} down to a few lines",
            "sum up the {x} {q}",
            "what is the {x} {q} about in short",
            "a brief digest of the {x} {q}",
            "the {x} {q} in a few lines, in short",
        ],
    },
    Wish {
        steps: &["search_*", "read_*", "summarize_text", "send_email"],
        links: &[(0, 1), (1, 2), (2, 3)],
        said: [
            "mail the gist of the {x} {q} to {who}",
            "let {who} know by mail in short about the {x} {q}",
            "write {who} a mail that sums up the {x} {q}",
            "send {who} a few lines on the {x} {q}",
            "mail {who} a digest of the {x} {q}",
            "{who} should get the gist of the {x} {q} by mail",
        ],
    },
    Wish {
        steps: &["search_*", "read_*", "translate_text", "post_to_channel"],
        links: &[(0, 1), (1, 2), (2, 3)],
        said: [
            "drop the {x} {q} in {tongue} into the team chat",
            "tell the team chat in {tongue} about the {x} {q}",
            "post the {x} {q} to the chat, translated into {tongue}",
            "let the others read the {x} {q} in {tongue} in our chat",
            "share a {tongue} version of the {x} {q} with the team chat",
            "our chat should see the {x} {q} in {tongue}",
        ],
    },
    Wish {
        steps: &["search_*", "export_*", "upload_file"],
        links: &[(0, 1), (1, 2)],
        said: [
            "put a copy of the {x} {q} on the shared drive",
            "save the {x} {q} to the team folder",
            "archive the {x} {q} in the shared folder",
            "store the {x} {q} on the drive for everybody",
            "place the {x} {q} in the team folder",
            "the drive should have a copy of the {x} {q}",
        ],
    },
    Wish {
        steps: &["search_*", "export_*", "compress_file", "send_email"],
        links: &[(0, 1), (1, 2), (2, 3)],
        said: [
            "mail a zip of the {x} {q} to {who}",
            "send {who} the {x} {q} as a small attachment",
            "pack the {x} {q} and mail it to {who}",
            "attach the {x} {q} zipped to a mail for {who}",
            "{who} needs the {x} {q} as a zip by mail",
            "get the packed {x} {q} to {who} as an attachment",
        ],
    },
    Wish {
        steps: &["search_*", "export_*", "print_file"],
        links: &[(0, 1), (1, 2)],
        said: [
            "I need the {x} {q} on paper",
            "run off a hard copy of the {x} {q}",
            "print the {x} {q}",
            "make a paper copy of the {x} {q}",
            "a hard copy of the {x} {q} please",
            "bring the {x} {q} to paper",
        ],
    },
    Wish {
        steps: &["search_*", "check_permission", "delete_*"],
        links: &[(0, 2), (1, 2)],
        said: [
            "get rid of the {x} {q}",
            "scrap the {x} {q}",
            "the {x} {q} can go, erase it",
            "wipe the {x} {q}",
            "erase the {x} {q} and be done with it",
            "we should get rid of {q}, the {x}",
        ],
    },
    Wish {
        steps: &["search_*", "approve_record", "write_audit_entry"],
        links: &[(0, 1), (1, 2)],
        said: [
            "sign off on the {x} {q}",
            "give the {x} {q} the green light",
            "the {x} {q} is fine, confirm it",
            "say yes to the {x} {q}",
            "confirm the {x} {q}",
            "green light for the {x} {q}",
        ],
    },
    Wish {
        steps: &["create_*", "grant_access"],
        links: &[(0, 1)],
        said: [
            "set up a {x} {q} and let {who} in",
            "start a {x} {q} together with {who}",
            "open a fresh {x} {q} that {who} can see",
            "begin a {x} named {q}, {who} works on it too",
            "a fresh {x} {q} for me and {who}",
            "start the {x} {q} and let {who} see it",
        ],
    },
    Wish {
        steps: &["create_*", "set_reminder"],
        links: &[(0, 1)],
        said: [
            "start a {x} {q} and ping me {when}",
            "set up a {x} {q}, I come back to it {when}",
            "begin the {x} {q} and nudge me {when}",
            "put in a {x} {q} and wake me about it {when}",
            "a fresh {x} {q}, and nudge me {when}",
            "begin a {x} {q} and ping me about it {when}",
        ],
    },
    Wish {
        steps: &["search_*", "update_*", "write_audit_entry"],
        links: &[(0, 1), (1, 2)],
        said: [
            "correct the {x} {q}",
            "the {x} {q} has a mistake, mend it",
            "bring the {x} {q} up to date",
            "fix the entry of the {x} {q}",
            "mend the {x} {q}",
            "the entry of the {x} {q} must be fixed",
        ],
    },
];

const ASIDES: &[(&str, [&str; 4])] = &[
    (
        "get_weather",
        [
            "is it going to rain in Oslo",
            "what will it be like outside in Lima",
            "do I need a coat in Bonn",
            "will it rain in Bonn",
        ],
    ),
    (
        "convert_currency",
        [
            "what are 300 dollars in euros",
            "how many pounds do I get for 80 francs",
            "change 20 yen to euros",
            "what do I get in euros for 90 yen",
        ],
    ),
    (
        "book_taxi",
        [
            "a cab to the airport at 5 pm",
            "get me a ride home at 6 pm",
            "I need a lift to the station at 7 pm",
            "a ride to the airport at 4 pm",
        ],
    ),
    (
        "order_lunch",
        [
            "get food for 8 people",
            "we are hungry, 5 of us",
            "something to eat for 6",
            "food for the 4 of us",
        ],
    ),
    (
        "reserve_room",
        [
            "a place to meet for 6 at 3 pm",
            "where can 9 of us sit down at 2 pm",
            "hold a room for 4 at 1 pm",
            "somewhere for 5 to sit and meet at 9 am",
        ],
    ),
    (
        "get_headlines",
        [
            "what happened in the world today",
            "anything new in politics",
            "what is going on in sports",
            "anything going on in the world",
        ],
    ),
    (
        "solve_formula",
        [
            "how much is 3*4+5",
            "what do I get for 12/5-1",
            "do the sums for 7*7",
            "how much do I get for 8-3*2",
        ],
    ),
];

const TITLES: &[&str] = &[
    "Aurora",
    "Birch 12",
    "Cobalt",
    "Delta Nine",
    "Ember",
    "Fjord",
    "Granite 7",
    "Harbour",
];
const PEOPLE: &[&str] = &[
    "mo@office.example",
    "kim@office.example",
    "lee@office.example",
];
const TONGUES: &[&str] = &["French", "Polish", "Turkish"];
const TIMES: &[&str] = &["at 9 am", "at 10:30", "on 2027-03-01"];

/// A goal with the plan the office follows.
pub(crate) struct Goal {
    pub(crate) text: String,
    pub(crate) nodes: Vec<String>,
    pub(crate) edges: Vec<(String, String)>,
}

/// Which goals are drawn: those solved before, or those asked later. The later ones are said in
/// phrasings, and wish for things of what is kept, that were never solved before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Solved,
    Asked,
}

impl Part {
    pub(crate) fn draw(self, dice: &mut Dice) -> Goal {
        let mut goal = self.wish(dice);
        // One in four goals asks for two things of the office at once.
        if dice.below(4) == 0 {
            let other = self.wish(dice);
            goal.text = format!("{}, then {}", goal.text, other.text);
            goal.nodes.extend(other.nodes);
            goal.edges.extend(other.edges);
            goal.edges.dedup();
        }
        if dice.below(3) == 0 {
            let (tool, said) = ASIDES[dice.below(ASIDES.len())];
            let said = said[if self == Self::Asked {
                3
            } else {
                dice.below(3)
            }];
            goal.text = format!("{}; {said}", goal.text);
            goal.nodes.push(tool.to_owned());
        }
        goal
    }

    fn wish(self, dice: &mut Dice) -> Goal {
        // Every fifth pair of a wish and a thing is asked later only.
        let (kind, thing) = loop {
            let (kind, thing) = (dice.below(WISHES.len()), dice.below(KEPT.len()));
            let later = (kind * 7 + thing * 3) % 5 == 0;
            if later == (self == Self::Asked) {
                break (kind, thing);
            }
        };
        let wish = &WISHES[kind];
        let [name, names @ ..] = KEPT[thing];
        let said = match self {
            Self::Solved => wish.said[dice.below(4)],
            Self::Asked => wish.said[4 + dice.below(2)],
        };
        let mut pick = |from: &[&'static str]| from[dice.below(from.len())];
        let text = said
            .replace("{x}", pick(&names))
            .replace("{q}", &format!("'{}'", pick(TITLES)))
            .replace("{who}", pick(PEOPLE))
            .replace("{tongue}", pick(TONGUES))
            .replace("{when}", pick(TIMES));
        let mut nodes: Vec<String> = wish.steps.iter().map(|s| s.replace('*', name)).collect();
        let link = |(a, b): &(usize, usize)| (nodes[*a].clone(), nodes[*b].clone());
        let mut edges: Vec<(String, String)> = wish.links.iter().map(link).collect();
        let exported = format!("export_{name}");
        if PRIVATE.contains(&name) && nodes.contains(&exported) {
            let redacted = || "redact_file".to_owned();
            let from = edges.iter().position(|(a, _)| *a == exported);
            if let Some(from) = from {
                let (_, onward) = edges[from].clone();
                edges[from].1 = redacted();
                edges.push((redacted(), onward));
            }
            nodes.insert(2, redacted());
        }
        Goal { text, nodes, edges }
    }
}
