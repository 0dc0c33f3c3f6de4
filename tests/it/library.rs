//! The starter library: what its sources say is what its records say, and all of it works.

use tdev_agents::classifier::{classify, enforce_source};
use tdev_core::component::Runtime;

use crate::project::Project;

#[test]
fn what_the_classifier_sees_in_a_source_is_what_its_record_says() {
    let components = tdev_runtime::library::components().unwrap();
    let mut seen = 0;
    for component in components.iter().filter(|c| c.runtime == Runtime::Python) {
        let source =
            tdev_runtime::library::source(component.code_hash.as_deref().unwrap()).unwrap();
        let found = classify(source, component.path.as_deref()).unwrap();
        assert_eq!(found.name, component.name);
        assert_eq!(found.component_type, component.kind, "{}", component.name);
        assert_eq!(
            found.brain_count, component.brain_count,
            "{}",
            component.name
        );
        assert_eq!(
            found.description, component.description,
            "{}",
            component.name
        );
        assert_eq!(found.tools, component.tools, "{}", component.name);
        assert_eq!(found.members, component.members, "{}", component.name);
        for (what, found, recorded) in [
            ("input", &found.input_schema, &component.input_schema),
            ("output", &found.output_schema, &component.output_schema),
        ] {
            let names = |schema: &tdev_core::schema::Schema| -> Vec<(String, String)> {
                schema
                    .fields()
                    .into_iter()
                    .map(|f| (f.name.clone(), f.type_name().to_owned()))
                    .collect()
            };
            assert_eq!(
                names(found),
                names(recorded),
                "{what} of {}",
                component.name
            );
        }
        enforce_source(source).unwrap();
        seen += 1;
    }
    assert!(seen >= 9, "seven agents and two teams at least");
}

#[test]
fn every_component_of_the_library_passes_its_tests() {
    let project = Project::with_examples();
    let done = project.run(&["test", "all", "--library"]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.stdout, done.stderr);
}
