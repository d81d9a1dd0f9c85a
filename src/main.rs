//! The program `hygie`. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    hygie::cli::main()
}
