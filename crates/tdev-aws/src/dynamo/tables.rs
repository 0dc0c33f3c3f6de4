//! The names of the tables, all of one stack.

/// Where each kind of record lies.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Components.
    pub components: String,
    /// Stored workflows.
    pub workflows: String,
    /// Runs and their idempotency keys.
    pub runs: String,
    /// Questions to people.
    pub approvals: String,
    /// The history of tests.
    pub test_runs: String,
    /// What components mean.
    pub vectors: String,
    /// What prompt components remember.
    pub sessions: String,
    /// What runs spent on language models.
    pub charges: String,
    /// Deployed services and their calls.
    pub services: String,
    /// Who changed what.
    pub audit: String,
}

impl Tables {
    /// The tables of a stack, named as the template names them.
    pub fn of_stack(stack: &str) -> Self {
        let of = |kind: &str| format!("{stack}-{kind}");
        Self {
            components: of("components"),
            workflows: of("workflows"),
            runs: of("runs"),
            approvals: of("approvals"),
            test_runs: of("test-runs"),
            vectors: of("vectors"),
            sessions: of("sessions"),
            charges: of("charges"),
            services: of("services"),
            audit: of("audit"),
        }
    }

    /// All of them. Each has the string keys `pk` and `sk`, and `expires_at` to delete by.
    pub fn names(&self) -> [&str; 10] {
        [
            &self.components,
            &self.workflows,
            &self.runs,
            &self.approvals,
            &self.test_runs,
            &self.vectors,
            &self.sessions,
            &self.charges,
            &self.services,
            &self.audit,
        ]
    }
}
