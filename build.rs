//! Makes the assets and component templates of the pages from npm's govuk-frontend.
//!
//! First a folder is gathered: `app.css`, `app.js`, `passkey.js`, `icon.svg`, `govuk-frontend.js`, `components/<name>/{macro,template}.njk` and
//! `fixtures.json`, `macros/i18n.njk`. Where Node is not to be had (distribution builds, machines without a network),
//! `PORTREEVE_UI_DIST` names such a folder, made by an earlier build: `ui` in this crate's build output. Then tables of
//! it are written for `src/view/assets.rs` and `src/view/components.rs`.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

#[path = "src/view/nunjucks.rs"]
mod nunjucks;

const SOURCE: &str = "src/view/assets";

/// The components the pages use, and what those use.
const COMPONENTS: [&str; 25] = [
    "back-link",
    "button",
    "checkboxes",
    "date-input",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "generic-header",
    "hint",
    "input",
    "inset-text",
    "label",
    "language-navigation",
    "notification-banner",
    "panel",
    "password-input",
    "radios",
    "service-navigation",
    "skip-link",
    "summary-list",
    "table",
    "tag",
    "textarea",
    "warning-text",
];

type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("cargo::error={why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    println!("cargo::rerun-if-env-changed=PORTREEVE_UI_DIST");
    for file in ["build.rs", "src/view/nunjucks.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let ui = match env::var_os("PORTREEVE_UI_DIST") {
        Some(given) => {
            let given = fs::canonicalize(&given)
                .map_err(|why| format!("PORTREEVE_UI_DIST ({}) cannot be read: {why}", given.display()))?;
            println!("cargo::rerun-if-changed={}", given.display());
            given
        }
        None => gather(&out.join("ui"))?,
    };
    write(&out.join("assets.rs"), assets(&ui, &out)?.as_bytes())?;
    write(&out.join("components.rs"), components(&ui, &out)?.as_bytes())
}

/// Installs the npm packages where they are missing or older than the lock, and gathers what is needed of them.
fn gather(ui: &Path) -> Outcome<PathBuf> {
    for file in ["package-lock.json", "app.scss", "app.js", "passkey.js", "icon.svg", ".npmrc"] {
        println!("cargo::rerun-if-changed={SOURCE}/{file}");
    }
    let source = Path::new(SOURCE);
    let modules = source.join("node_modules");
    let stamp = |path: PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let installed = stamp(modules.join(".package-lock.json"));
    if installed.is_none() || installed < stamp(source.join("package-lock.json")) {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", SOURCE];
        command("npm", &install)?;
    }
    let package = modules.join("govuk-frontend/dist/govuk");
    copy(&package.join("govuk-frontend.min.js"), &ui.join("govuk-frontend.js"))?;
    copy(&source.join("app.js"), &ui.join("app.js"))?;
    copy(&source.join("passkey.js"), &ui.join("passkey.js"))?;
    copy(&source.join("icon.svg"), &ui.join("icon.svg"))?;
    copy(&package.join("macros/i18n.njk"), &ui.join("macros/i18n.njk"))?;
    for name in COMPONENTS {
        for file in ["macro.njk", "template.njk", "fixtures.json"] {
            let path = format!("components/{name}/{file}");
            copy(&package.join(&path), &ui.join(&path))?;
        }
    }
    let sass = modules.join(".bin/sass");
    let css = ui.join("app.css");
    let arguments = [
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        &format!("--load-path={}", modules.display()),
        &source.join("app.scss").display().to_string(),
        &css.display().to_string(),
    ];
    command(&sass.display().to_string(), &arguments)?;
    Ok(ui.to_owned())
}

fn command(program: &str, arguments: &[&str]) -> Outcome<()> {
    let done = Command::new(program).args(arguments).output().map_err(|_| {
        format!(
            "could not run `{program}`: install Node.js 20.19 or newer with npm, or set PORTREEVE_UI_DIST to a folder of prebuilt assets"
        )
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
    Err(format!(
        "`{program} {}` failed (Node.js 20.19 or newer and a reachable npm registry are needed): {}",
        arguments.first().copied().unwrap_or_default(),
        said.join(" | ")
    ))
}

/// Writes each asset with its compressed forms under its hashed name, and the table of them.
fn assets(ui: &Path, out: &Path) -> Outcome<String> {
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    let folder = out.join("assets");
    let mut library = String::new();
    for (key, kind) in [
        ("app.css", "text/css; charset=utf-8"),
        ("govuk-frontend.js", "text/javascript; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("passkey.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let text = String::from_utf8(read(&ui.join(key))?).map_err(|_| format!("{key} is not UTF-8"))?;
        // The one import among them has to name the file as it is served. Source maps are not served.
        let text = text.replace("./govuk-frontend.js", &format!("./{library}"));
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("//# sourceMappingURL")).collect();
        let text = lines.join("\n") + "\n";
        let (stem, extension) = key.rsplit_once('.').ok_or("an asset has no extension")?;
        let mut hash = String::new();
        for byte in Sha256::digest(text.as_bytes()).iter().take(6) {
            write!(hash, "{byte:02x}").map_err(|why| why.to_string())?;
        }
        let name = format!("{stem}.{hash}.{extension}");
        if key == "govuk-frontend.js" {
            library.clone_from(&name);
        }
        write(&folder.join(&name), text.as_bytes())?;
        write(&folder.join(format!("{name}.gz")), &gzip(text.as_bytes())?)?;
        write(&folder.join(format!("{name}.br")), &brotli(text.as_bytes())?)?;
        let include = |suffix: &str| format!("include_bytes!({})", quoted(&folder.join(format!("{name}{suffix}"))));
        writeln!(
            table,
            "Asset {{ key: {key:?}, name: {name:?}, content_type: {kind:?}, bytes: {}, gzip: {}, brotli: {} }},",
            include(""),
            include(".gz"),
            include(".br")
        )
        .map_err(|why| why.to_string())?;
    }
    table.push_str("];\n");
    Ok(table)
}

/// Rewrites each component template for minijinja, and writes the table of them.
fn components(ui: &Path, out: &Path) -> Outcome<String> {
    let mut names = vec!["macros/i18n.njk".to_owned()];
    for component in COMPONENTS {
        names.extend(["macro.njk", "template.njk"].map(|file| format!("components/{component}/{file}")));
    }
    let mut table = String::from("static TEMPLATES: &[(&str, &str)] = &[\n");
    for name in &names {
        let source = String::from_utf8(read(&ui.join(name))?).map_err(|_| format!("{name} is not UTF-8"))?;
        let to = out.join("templates").join(name);
        write(&to, nunjucks::rewrite(name, &source).as_bytes())?;
        writeln!(table, "({name:?}, include_str!({})),", quoted(&to)).map_err(|why| why.to_string())?;
    }
    table.push_str("];\n");
    writeln!(table, "#[cfg(test)]\nstatic USED: &[&str] = &{COMPONENTS:?};").map_err(|why| why.to_string())?;
    writeln!(table, "#[cfg(test)]\nstatic UI: &str = {};", quoted(ui)).map_err(|why| why.to_string())?;
    Ok(table)
}

/// The path as a Rust string literal.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    to.write_all(bytes).and_then(|()| to.finish()).map_err(|why| why.to_string())
}

fn brotli(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut to = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut to, &settings).map_err(|why| why.to_string())?;
    Ok(to)
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|why| format!("{} cannot be read: {why}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|why| format!("{} cannot be made: {why}", folder.display()))?;
    }
    fs::write(path, bytes).map_err(|why| format!("{} cannot be written: {why}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    write(to, &read(from)?)
}
