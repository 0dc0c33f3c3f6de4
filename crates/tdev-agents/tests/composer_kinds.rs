//! Composing where tools say little: kinds of thing that go in and come out, or names alone.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::composer::{plans, tool};

/// Tools that say of what they take and give no more than its kind.
fn kinds(tools: &[(&str, &str, &[&str], &str)]) -> Value {
    let tool = |(id, desc, from, to): &(&str, &str, &[&str], &str)| json!({"id": id, "desc": desc, "input-type": from, "output-type": [to]});
    tools.iter().map(tool).collect()
}

fn studio() -> Value {
    kinds(&[
        (
            "Composer",
            "writes a melody about a topic",
            &["text"],
            "score",
        ),
        (
            "Score Player",
            "plays a score with instruments",
            &["score"],
            "audio",
        ),
        (
            "Transposer",
            "moves a score to another key",
            &["score"],
            "score",
        ),
        (
            "Score Scanner",
            "recognises the notes on a photo of a score",
            &["image"],
            "score",
        ),
        (
            "Score Printer",
            "makes printable pages of a score",
            &["score"],
            "image",
        ),
        (
            "Echo Maker",
            "adds reverb to a recording",
            &["audio"],
            "audio",
        ),
        (
            "Blender",
            "mixes two recordings into one",
            &["audio", "audio"],
            "audio",
        ),
        (
            "Lyric Catcher",
            "writes down the words sung in a recording",
            &["audio"],
            "text",
        ),
        ("Rhymer", "improves the rhymes of a text", &["text"], "text"),
        (
            "Cover Artist",
            "designs a cover from a description",
            &["text"],
            "image",
        ),
        (
            "Singer",
            "sings words to the tune of a score",
            &["score", "text"],
            "audio",
        ),
        (
            "Clip Producer",
            "makes a music clip from a recording and a cover",
            &["audio", "image"],
            "video",
        ),
        (
            "Clip Trimmer",
            "cuts a clip to a length",
            &["video"],
            "video",
        ),
    ])
}

/// Tools that name what they take and not what they give: all that is known of a plan is its order.
fn errands() -> Value {
    json!([
        tool(
            "dim_lights",
            "Dim or brighten the lights of a room",
            &["room", "level"],
            &[]
        ),
        tool("lock_door", "Lock or unlock a door", &["door"], &[]),
        tool("feed_pet", "Feed a pet", &["pet"], &[]),
        tool("brew_coffee", "Brew a cup of coffee", &["strength"], &[]),
        tool(
            "start_washing",
            "Start the washing machine with a program",
            &["program"],
            &[]
        ),
        tool(
            "add_to_list",
            "Put something on the shopping list",
            &["item"],
            &[]
        ),
        tool("book_plumber", "Book a plumber for a date", &["date"], &[]),
        tool("charge_car", "Charge the car to a level", &["level"], &[]),
        tool(
            "ride_bus",
            "Take a bus to a destination",
            &["destination"],
            &[]
        ),
        tool("top_up_card", "Top up a meal card", &["amount"], &[]),
    ])
}

#[test]
fn goals_about_kinds_of_thing_take_what_is_at_hand() {
    insta::assert_json_snapshot!(plans(
        &studio(),
        &[
            "Write a melody about 'spring rain', transpose it and play it",
            "I took a photo 'page1.jpg' of some notes. Please recognise the notes, then transpose them",
            "Add reverb to 'voice.wav' and mix it with 'drums.wav'",
            "Write a melody about 'snow' and sing the words 'let it fall' to the tune",
            "Play 'page2.png' with instruments",
            "Design a cover of a whale, make a music clip from 'whale.mp3' and the cover, and cut the clip",
            "Write down the words sung in 'aria.mp3', improve the rhymes, and design a cover from them",
        ]
    ));
}

#[test]
fn goals_about_errands_keep_every_deed_and_its_time() {
    insta::assert_json_snapshot!(plans(
        &errands(),
        &[
            "Dim the lights in the hall, lock the front door and feed the cat",
            "Brew me a coffee while you feed the dog",
            "Before you start the washing machine, put soap on the shopping list",
            "Take the bus to the centre after you charge the car",
            "My washing machine is broken. Book a plumber for 2027-05-05, and in the meantime brew a coffee",
            "I am having guests: dim the lights, then top up my card with 20 euros",
        ]
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_two_steps_in_a_row_are_there_unasked_where_kinds_are_all_that_is_known(
        goal in "(draw|play|mix|write|cut|print|sing|improve|add)( (a|the|it|them|cover|clip|score|song|words|and|then|about|'x.mp3'|'y.png'|'snow')){0,9}",
    ) {
        let found = plans(&studio(), &[&goal]);
        let unasked = |line: &Value| line.as_str().is_some_and(|l| l.contains("because"));
        let why = found["items"][0]["why"].as_array().unwrap();
        prop_assert!(!why.windows(2).any(|pair| pair.iter().all(unasked)), "{why:?}");
    }
}
