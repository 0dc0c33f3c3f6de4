//! Time per item and per state does not grow with their number.

use std::hint::black_box;
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{ExecutionOptions, MemoryJournal, StateMachine, Status};

use crate::Failed;
use crate::chain::chain;
use crate::handlers::Echo;
use crate::measure::{Bench, Keep, cpu_micros};
use crate::report::{Report, Row, Target};

/// How much dearer one of many may be than one of few: caches hold few, not many. Quadratic
/// growth would be a hundredfold.
const FLAT: Target = Target::Floors(1.5);
/// Units of work in one round, whatever the size.
const WORK: u32 = 20_000;
const ROUNDS: u32 = 7;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    let mut series = Series {
        bench: Bench::new(Echo)?,
        report,
    };
    series.report.note(
        "CPU time per item or state at the larger size; the floor is the same at the smaller",
    );
    series.maps()?;
    series.failures()?;
    series.machines()?;
    series.payloads()
}

struct Series<'r> {
    bench: Bench,
    report: &'r mut Report,
}

impl Series<'_> {
    /// Measures `work` on what `make` makes of each size.
    fn compare<T>(
        &mut self,
        what: &str,
        sizes: (u32, u32),
        make: impl Fn(u32) -> Result<T, Failed>,
        work: impl Fn(&Bench, &T) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let each = |size: u32| -> Result<f64, Failed> {
            let made = make(size)?;
            let calls = (WORK / size).max(1);
            let micros = cpu_micros(ROUNDS, calls, || work(&self.bench, &made))?;
            Ok(micros / f64::from(size))
        };
        let (few, many) = (each(sizes.0)?, each(sizes.1)?);
        self.report.add(&Row {
            what: format!("{what}, {} to {}", sizes.0, sizes.1),
            unit: "µs",
            measured: many,
            floor: Some(few),
            target: FLAT,
        });
        Ok(())
    }

    /// Executions of `machine` over as many items as the size says.
    fn items(
        &mut self,
        what: &str,
        sizes: (u32, u32),
        keep: Keep,
        machine: &Value,
        expected: Status,
    ) -> Result<(), Failed> {
        let machine = Arc::new(StateMachine::from_value(machine)?);
        self.compare(
            what,
            sizes,
            |size| {
                let items: Vec<u32> = (0..size).collect();
                let input = json!({"items": items, "user": "ada"});
                Ok((input, Arc::clone(&machine)))
            },
            |bench, (input, machine)| bench.execute(machine, input, keep, expected).map(drop),
        )
    }

    fn maps(&mut self) -> Result<(), Failed> {
        let task = json!({"Type": "Task", "Resource": "echo"});
        let wait = json!({"Type": "Wait", "Seconds": 0});
        let selected = json!({"item.$": "$$.Map.Item.Value", "since.$": "$$.Execution.StartTime"});
        let plain = map(&task, &json!({}));
        let done = Status::Succeeded;
        let (few, many) = (100, 10_000);
        self.items("Map, express", (few, many), Keep::Nothing, &plain, done)?;
        let fields = json!({"ItemSelector": selected, "MaxConcurrency": 5, "ResultPath": null});
        self.items(
            "Map, express, ItemSelector, five at once",
            (few, many),
            Keep::Nothing,
            &map(&task, &fields),
            done,
        )?;
        let fields = json!({"QueryLanguage": "JSONata", "ItemsPath": null, "Items": "{% $states.input.items %}",
            "Output": {},
            "ItemSelector": {"item": "{% $states.context.Map.Item.Value + 1 %}",
                "since": "{% $states.context.Execution.StartTime %}"}});
        self.items(
            "Map, express, JSONata ItemSelector",
            (few, many),
            Keep::Nothing,
            &map(&task, &fields),
            done,
        )?;
        self.items(
            "Map of Waits, express",
            (few, many),
            Keep::Nothing,
            &map(&wait, &json!({})),
            done,
        )?;
        // Seven events an iteration, and 25,000 in all.
        self.items("Map, journalled", (few, 3500), Keep::Records, &plain, done)?;
        let fields = json!({"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}});
        self.items(
            "Map, journalled, distributed",
            (few, many),
            Keep::Records,
            &map(&task, &fields),
            done,
        )
    }

    /// Everything under way is given up at once.
    fn failures(&mut self) -> Result<(), Failed> {
        let (few, many) = (100, 10_000);
        for (what, state) in [
            (
                "Map, its first item fails",
                json!({"Type": "Fail", "Error": "E"}),
            ),
            (
                "Map, its tasks fail",
                json!({"Type": "Task", "Resource": "fail"}),
            ),
        ] {
            let machine = map(&state, &json!({}));
            self.items(what, (few, many), Keep::Nothing, &machine, Status::Failed)?;
        }
        Ok(())
    }

    fn machines(&mut self) -> Result<(), Failed> {
        let sizes = (50, 5000);
        let definition = |size: u32| {
            Ok::<_, Failed>(chain(
                usize::try_from(size)?,
                |_| json!({"Type": "Pass", "Parameters": {"id.$": "$.id"}, "ResultPath": "$.seen"}),
            ))
        };
        self.compare(
            "machine, parsed from text",
            sizes,
            |size| Ok(definition(size)?.to_string()),
            |_, text| {
                black_box(StateMachine::parse(text)?);
                Ok(())
            },
        )?;
        self.compare("machine, validated", sizes, definition, |_, value| {
            black_box(StateMachine::from_value(value)?);
            Ok(())
        })?;
        let lost = |size: u32| {
            let mut value = definition(size)?;
            for state in value["States"]
                .as_object_mut()
                .into_iter()
                .flat_map(|s| s.values_mut())
            {
                state["Next"] = json!("Elsewhere");
                state["Retries"] = json!(1);
            }
            Ok(serde_json::to_string_pretty(&value)?)
        };
        self.compare(
            "machine, three faults in each state, located",
            sizes,
            lost,
            |_, text| match StateMachine::parse(text) {
                Err(invalid) if invalid.faults.len() > 100 => Ok(()),
                _ => Err("the faults were not found".into()),
            },
        )?;
        let input = json!({"id": "o-17"});
        for (what, keep) in [("express", Keep::Nothing), ("journalled", Keep::Records)] {
            self.compare(
                &format!("machine, run, {what}"),
                sizes,
                |size| Ok(Arc::new(StateMachine::from_value(&definition(size)?)?)),
                |bench, machine| {
                    bench
                        .execute(machine, &input, keep, Status::Succeeded)
                        .map(drop)
                },
            )?;
        }
        self.compare(
            "machine of Tasks, resumed from its journal",
            (50, 4500),
            |size| {
                let definition = chain(
                    usize::try_from(size)?,
                    |_| json!({"Type": "Task", "Resource": "echo"}),
                );
                Ok((
                    Arc::new(StateMachine::from_value(&definition)?),
                    Arc::new(MemoryJournal::new()),
                ))
            },
            |bench, (machine, journal)| {
                // The first call runs the machine; those measured find it in the journal.
                let mut options = ExecutionOptions::new("bench");
                options.journal = Some(Arc::clone(journal) as Arc<dyn tdev_asl::Journal>);
                bench
                    .resume(machine, &input, options, Status::Succeeded)
                    .map(drop)
            },
        )
    }

    /// A payload states only pass on costs them nothing, however large it is. Taking it in and
    /// giving it out is left out by what a machine of one state costs.
    fn payloads(&mut self) -> Result<(), Failed> {
        const STATES: u32 = 20_000;
        let pass = |count| chain(count, |_| json!({"Type": "Pass"}));
        let one = Arc::new(StateMachine::from_value(&pass(1))?);
        let many = Arc::new(StateMachine::from_value(&pass(usize::try_from(STATES)?))?);
        let each = |kilobytes: usize| -> Result<f64, Failed> {
            let lines: Vec<Value> = (0..kilobytes * 25)
                .map(|n| json!({"sku": format!("sku-{n:08}"), "count": 1}))
                .collect();
            let input = json!({"lines": lines});
            let run = |machine| {
                cpu_micros(ROUNDS, 5, || {
                    let outcome =
                        self.bench
                            .execute(machine, &input, Keep::Nothing, Status::Succeeded);
                    outcome.map(drop)
                })
            };
            Ok((run(&many)? - run(&one)?) / f64::from(STATES - 1))
        };
        let (small, large) = (each(1)?, each(200)?);
        self.report.add(&Row {
            what: "a payload passed on, per state, 1 KB to 200 KB".to_owned(),
            unit: "µs",
            measured: large,
            floor: Some(small),
            target: FLAT,
        });
        Ok(())
    }
}

/// A Map over `$.items` with further `fields`, each item going through `state`.
fn map(state: &Value, fields: &Value) -> Value {
    let mut each = json!({"Type": "Map", "ItemsPath": "$.items", "End": true});
    if let (Some(each), Some(fields)) = (each.as_object_mut(), fields.as_object()) {
        each.extend(fields.clone());
    }
    if each["ItemsPath"].is_null()
        && let Some(each) = each.as_object_mut()
    {
        each.remove("ItemsPath");
    }
    each["ItemProcessor"]["StartAt"] = json!("S0");
    let mut only = state.clone();
    if state["Type"] != "Fail" {
        only["End"] = json!(true);
    }
    each["ItemProcessor"]["States"] = json!({"S0": only});
    json!({"StartAt": "Each", "States": {"Each": each}})
}
