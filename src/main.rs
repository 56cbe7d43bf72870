//! The program: what was typed goes to [`portreeve::cli`], and its answer becomes the exit code.

use std::process::ExitCode;

/// A request asks for many small pieces of memory, and half of them are given back by another thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Pages of two megabytes, of which we would use a corner: a third of an idle process. Without them it only is larger.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // Before anything else asks for TLS: of two providers in one binary none would be chosen by itself.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        return ExitCode::FAILURE;
    }
    portreeve::cli::run(std::env::args_os())
}
