//! What is asked for.

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) task: Task,
    /// What is in the names of the paths that are meant.
    pub(crate) filter: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Counts, and says how the counts differ from those in the file.
    Show,
    /// The same, and fails where one grew.
    Check,
    /// The same, and writes the file.
    Update { reason: Option<String> },
    /// Runs them as they are: are the answers right?
    Test,
    /// Runs one, below callgrind.
    Run(String),
}

impl Args {
    /// What else there is was meant for criterion, in a plain `cargo bench`.
    pub(crate) fn of(mut args: impl Iterator<Item = String>) -> Self {
        let mut task = Task::Show;
        let mut reason = None;
        let mut filter = String::new();
        while let Some(arg) = args.next() {
            match &*arg {
                "--check" => task = Task::Check,
                "--update" => task = Task::Update { reason: None },
                "--reason" => reason = args.next(),
                "--test" => task = Task::Test,
                "--run" => task = Task::Run(args.next().unwrap_or_default()),
                // These have a value.
                "--save-baseline" | "--baseline" | "--baseline-lenient" => drop(args.next()),
                option if option.starts_with('-') => {}
                _ => filter = arg,
            }
        }
        if let Task::Update { reason: its } = &mut task {
            *its = reason;
        }
        Self { task, filter }
    }
}
