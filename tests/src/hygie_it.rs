//! Hygie as the integration tests start it: the same command line, built beside them.

fn main() -> std::process::ExitCode {
    hygie::cli::main()
}
