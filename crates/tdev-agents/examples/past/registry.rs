//! An office of our invention: what it keeps, and the tools that work on it.

use serde_json::{Value, json};

/// What is kept: its name in the tools, then what people call it.
#[rustfmt::skip]
pub(crate) const KEPT: &[[&str; 4]] = &[
    ["invoice", "invoice", "bill", "account due"], ["contract", "contract", "agreement", "deal paper"],
    ["employee", "employee", "staff member", "colleague file"], ["vehicle", "vehicle", "van", "company car"],
    ["ticket", "ticket", "support case", "complaint"], ["recipe", "recipe", "dish", "menu card"],
    ["patient", "patient", "ward guest", "sick person"], ["specimen", "specimen", "lab sample", "swab"],
    ["shipment", "shipment", "parcel", "consignment"], ["warehouse_slot", "warehouse slot", "shelf", "storage bay"],
    ["tenant", "tenant", "renter", "lodger"], ["apartment", "apartment", "flat", "rental home"],
    ["lecture", "lecture", "class", "seminar"], ["pupil", "pupil", "student", "learner"],
    ["exam", "exam", "test paper", "final"], ["song", "song", "track", "tune"],
    ["concert", "concert", "gig", "live show"], ["painting", "painting", "canvas", "artwork"],
    ["museum_loan", "museum loan", "borrowed exhibit", "lent piece"], ["donor", "donor", "sponsor", "benefactor"],
    ["campaign", "campaign", "fundraiser", "promotion"], ["advert", "advert", "commercial", "banner"],
    ["sensor", "sensor", "probe", "measuring device"], ["alarm", "alarm", "alert", "siren event"],
    ["turbine", "turbine", "windmill", "rotor unit"], ["field", "field", "plot", "acre"],
    ["harvest", "harvest", "crop yield", "picking"], ["cow", "cow", "cattle", "dairy animal"],
    ["vessel", "vessel", "ship", "boat"], ["crew_roster", "crew roster", "shift plan", "duty list"],
    ["flight", "flight", "plane trip", "air journey"], ["hotel_stay", "hotel stay", "room booking", "overnight"],
    ["claim", "claim", "damage report", "insurance case"], ["policy", "policy", "cover", "insurance plan"],
    ["loan", "loan", "credit", "borrowing"], ["share_lot", "share lot", "stock holding", "position"],
    ["patent", "patent", "invention filing", "protected idea"], ["court_case", "court case", "lawsuit", "trial"],
    ["permit", "permit", "licence", "authorisation"], ["blueprint", "blueprint", "floor plan", "technical drawing"],
];

/// Who keeps files that nobody outside may read whole.
pub(crate) const PRIVATE: &[&str] = &[
    "patient",
    "specimen",
    "employee",
    "claim",
    "loan",
    "court_case",
    "tenant",
    "pupil",
];

fn tool(id: &str, desc: &str, inputs: &[&str], outputs: &[&str]) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|name| json!({"name": name, "required": true, "type": "string"}))
        .collect();
    json!({"id": id, "desc": desc, "inputs": inputs, "outputs": outputs})
}

/// All tools.
pub(crate) fn registry() -> Vec<Value> {
    let mut tools = Vec::new();
    for [name, said, ..] in KEPT {
        let id = format!("{name}_id");
        let id = id.as_str();
        for (operation, desc, input, output) in [
            ("search", "Look for a {} by keyword", "query", id),
            ("read", "The record of a {}", id, "text"),
            ("create", "Make a new {}", "title", id),
            ("update", "Change a {}", id, "status"),
            ("delete", "Delete a {} for good", id, "status"),
            ("export", "Write a {} to a file", id, "file"),
        ] {
            let desc = desc.replace("{}", said);
            tools.push(tool(
                &format!("{operation}_{name}"),
                &desc,
                &[input],
                &[output],
            ));
        }
    }
    for (id, desc, inputs, outputs) in [
        ("summarize_text", "Shorten a text", &["text"][..], "summary"),
        (
            "translate_text",
            "Translate a text into a language",
            &["text", "language"],
            "translation",
        ),
        (
            "send_email",
            "Send an e-mail",
            &["recipient", "body"],
            "message_id",
        ),
        (
            "post_to_channel",
            "Post a message in a chat channel",
            &["channel", "body"],
            "message_id",
        ),
        (
            "upload_file",
            "Put a file into a shared folder",
            &["file", "folder"],
            "link",
        ),
        ("compress_file", "Pack a file", &["file"], "archive"),
        (
            "redact_file",
            "Black out personal data in a file",
            &["file"],
            "safe_file",
        ),
        ("print_file", "Print a file on paper", &["file"], "job"),
        (
            "grant_access",
            "Give a person access to a record",
            &["record_id", "person"],
            "grant",
        ),
        (
            "approve_record",
            "Mark a record as approved",
            &["record_id"],
            "approval",
        ),
        (
            "write_audit_entry",
            "Add a line to the audit log",
            &["event"],
            "entry",
        ),
        (
            "check_permission",
            "Check that an action is allowed",
            &["action"],
            "allowed",
        ),
        (
            "set_reminder",
            "Remind at a time",
            &["subject", "time"],
            "reminder",
        ),
        (
            "get_weather",
            "The weather forecast of a city",
            &["city"],
            "forecast",
        ),
        (
            "convert_currency",
            "Convert an amount between currencies",
            &["amount", "currency"],
            "converted",
        ),
        ("book_taxi", "Order a taxi", &["address", "time"], "ride"),
        (
            "order_lunch",
            "Order food for the office",
            &["people"],
            "order",
        ),
        (
            "reserve_room",
            "Reserve a meeting room",
            &["people", "time"],
            "reservation",
        ),
        (
            "get_headlines",
            "The news of today",
            &["topic"],
            "headlines",
        ),
        (
            "solve_formula",
            "Work out an arithmetic formula",
            &["formula"],
            "number",
        ),
    ] {
        tools.push(tool(id, desc, inputs, &[outputs]));
    }
    tools
}
