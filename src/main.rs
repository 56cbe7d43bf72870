//! The program: what was typed goes to [`portreeve::cli`], and its answer becomes the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else asks for TLS: of two providers in one binary none would be chosen by itself.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        return ExitCode::FAILURE;
    }
    portreeve::cli::run(std::env::args_os())
}
