//! The records are complete, agree with what they name, and their sources are at hand.

use std::collections::HashSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tdev_core::Code;
use tdev_core::component::{Component, Kind, Reusability, Runtime, Status};
use tdev_core::ports::ArtifactStore;
use tdev_runtime::library::{WithLibrary, components, source};

use super::home::Memory;

fn python() -> Vec<Component> {
    components()
        .unwrap()
        .into_iter()
        .filter(|c| c.runtime == Runtime::Python)
        .collect()
}

#[test]
fn the_library_has_tools_agents_and_teams_under_distinct_names() {
    let all = components().unwrap();
    let names: HashSet<&str> = all.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    for kind in [Kind::Tool, Kind::Agent, Kind::Team] {
        assert!(all.iter().any(|c| c.kind == kind), "no {}", kind.as_str());
    }
}

#[test]
fn every_record_is_complete_and_valid() {
    for record in python() {
        let name = &record.name;
        record
            .validate()
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let (brains, tier) = match record.kind {
            Kind::Tool => panic!("{name} is a tool"),
            Kind::Agent => (1, Reusability::B),
            Kind::Team => (record.members.len(), Reusability::C),
        };
        assert_eq!(
            (record.brain_count as usize, record.reusability),
            (brains, tier),
            "{name}"
        );
        assert!(
            name.ends_with(if record.kind == Kind::Team {
                "Team"
            } else {
                "Agent"
            }),
            "{name}"
        );
        assert_eq!(
            (record.status, record.owner.as_deref()),
            (Status::Stable, Some("T-Developer")),
            "{name}"
        );
        assert!(
            record.permissions.is_empty() && record.secrets.is_empty(),
            "{name}: effects belong to its tools"
        );
        assert!(
            (40..=220).contains(&record.description.len()) && !record.tags.is_empty(),
            "{name}"
        );
        assert!(
            record.timeout_seconds.is_some() && !record.examples.is_empty(),
            "{name}"
        );
        for field in record
            .input_schema
            .fields()
            .iter()
            .chain(&record.output_schema.fields())
        {
            assert!(!field.description().is_empty(), "{name}.{}", field.name);
        }
        for (at, example) in record.examples.iter().enumerate() {
            let described = |named: &tdev_core::schema::Schema, value: &serde_json::Value| {
                value
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|key| named.field(key).is_some())
            };
            assert!(
                described(&record.input_schema, &example.input),
                "{name} example {at}"
            );
            assert!(
                described(&record.output_schema, &example.output),
                "{name} example {at}"
            );
        }
    }
}

#[test]
fn every_component_that_is_named_exists_and_is_of_its_kind() {
    let all = components().unwrap();
    for record in python() {
        let kind_of = |name: &String| all.iter().find(|c| c.name == *name).map(|c| c.kind);
        for tool in &record.tools {
            assert_eq!(
                kind_of(tool),
                Some(Kind::Tool),
                "{} names {tool}",
                record.name
            );
        }
        for member in &record.members {
            assert_eq!(
                kind_of(member),
                Some(Kind::Agent),
                "{} names {member}",
                record.name
            );
        }
    }
}

#[test]
fn every_source_is_the_artifact_of_its_hash_and_defines_its_class() {
    for record in python() {
        let name = &record.name;
        let hash = record.code_hash.as_deref().unwrap();
        let code = source(hash).unwrap_or_else(|| panic!("{name} has no source"));
        let digest: String = Sha256::digest(code)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digest, hash, "{name}");
        assert!(
            code.contains(&format!("\nclass {}:\n", record.entry())),
            "{name}"
        );
        assert!(code.contains(&format!("name=\"{name}\"")), "{name}");
        let path = record
            .path
            .as_deref()
            .unwrap()
            .strip_prefix("library:")
            .unwrap();
        let lies = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("library")
            .join(path);
        assert_eq!(std::fs::read_to_string(lies).unwrap(), code, "{name}");
        let module = path.trim_end_matches(".py").replace('/', ".");
        assert_eq!(
            record.class_path.as_deref(),
            Some(format!("{module}.{name}").as_str())
        );
    }
}

#[test]
fn every_source_in_the_folder_is_embedded() {
    let library = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
    let mut lying: Vec<String> = ["agents", "teams"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(library.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .map(|path| {
            path.strip_prefix(&library)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let mut known: Vec<String> = python()
        .iter()
        .map(|c| c.path.as_deref().unwrap().replace("library:", ""))
        .collect();
    lying.sort();
    known.sort();
    assert_eq!(lying, known);
}

#[tokio::test]
async fn the_store_answers_for_the_library_and_hands_on_the_rest() {
    let inner = Arc::new(Memory::default());
    let store = WithLibrary(inner.clone());
    let hash = python().remove(0).code_hash.unwrap();
    assert_eq!(
        store.get(&hash).await.unwrap(),
        source(&hash).unwrap().as_bytes()
    );
    assert_eq!(
        inner.get(&hash).await.unwrap_err().code,
        Code::ArtifactNotFound
    );
    let put = store.put(b"a file").await.unwrap();
    assert_eq!(store.get(&put).await.unwrap(), b"a file");
    assert_eq!(inner.get(&put).await.unwrap(), b"a file");
    assert_eq!(
        store.get("0".repeat(64).as_str()).await.unwrap_err().code,
        Code::ArtifactNotFound
    );
}
