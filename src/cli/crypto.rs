//! `hygie crypto`: the keys with which Hygie takes part in encrypted rooms.

use std::{
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use ruma::OwnedDeviceId;

use crate::{
    app::{App, Mode},
    config::Config,
    crypto::{Created, Folder, Publishing, Status},
};

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum Crypto {
    /// Make the keys; prints the recovery key, once. Nothing is told to the homeserver before `hygie serve`.
    Init,
    /// Print how the keys are, here and on the homeserver.
    Status,
    /// Write the folder of the keys and its secret into one file, encrypted with a passphrase. Also while Hygie runs.
    Export {
        /// The file to write.
        file: PathBuf,
        /// File that holds the passphrase; it is asked for otherwise.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Make the folder of the keys and its secret from such a file.
    Import {
        /// The file to read.
        file: PathBuf,
        /// File that holds the passphrase; it is asked for otherwise.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Make a lost folder anew from what the homeserver keeps, with the recovery key: the same identity on a new device.
    Recover {
        /// File that holds the recovery key; it is asked for otherwise.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: Option<PathBuf>,
    },
    /// Give the bot a new identity, and print its recovery key. The old folder is put aside; who had verified the bot is warned by
    /// their app.
    Reset {
        /// Yes, a new identity.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(config: Config, command: Crypto) -> anyhow::Result<ExitCode> {
    let folder = Folder::new(&config.encryption.folder, &config.encryption.key_file);
    match command {
        Crypto::Init => {
            if folder.path().exists() {
                bail!(
                    "{} exists already; keep it, or give the bot a new identity with `hygie crypto reset`",
                    folder.path().display()
                );
            }
            let app = alone(config).await?;
            let created = create(&app, &folder, app.device(), Publishing::default()).await?;
            tell(&folder, &created);
        }
        Crypto::Status => return status(config).await,
        Crypto::Export {
            file,
            passphrase_file,
        } => {
            let passphrase = passphrase(passphrase_file.as_deref())?;
            folder.export(&file, &passphrase).await?;
            println!(
                "{}: the keys, encrypted. Keep it apart from this machine, and its passphrase apart from it.",
                file.display()
            );
        }
        Crypto::Import {
            file,
            passphrase_file,
        } => {
            let passphrase = passphrase(passphrase_file.as_deref())?;
            folder.import(&file, &passphrase)?;
            println!(
                "{} and {} are there again. Never let two Hygie run on copies of the same folder.",
                folder.path().display(),
                folder.key_file().display()
            );
        }
        Crypto::Recover { recovery_key_file } => {
            let app = alone(config).await?;
            let recovery_key = secret("Recovery key: ", recovery_key_file.as_deref())?;
            let new = another_device();
            let recovered = folder
                .recover(app.connection(), &recovery_key, &new)
                .await?;
            println!(
                "{}: the bot's identity is back, with {} key(s) of messages. `hygie serve` publishes the new device {new}.",
                folder.path().display(),
                recovered.keys
            );
        }
        Crypto::Reset { yes } => {
            if !yes {
                bail!(
                    "a new identity makes the app of everybody who had verified the bot warn them, and messages whose keys only the old folder has stay unreadable; if that is what you want, add --yes"
                );
            }
            let app = alone(config).await?;
            let old = app.device();
            let aside = folder
                .path()
                .exists()
                .then(|| folder.put_aside(&format!("old-{old}")))
                .transpose()?;
            let publishing = Publishing::replacing();
            let created = create(&app, &folder, another_device(), publishing).await?;
            if let Some(aside) = aside {
                println!(
                    "The old folder is {}; delete it when you are sure that nobody needs it.",
                    aside.display()
                );
            }
            tell(&folder, &created);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The program, with nobody else at work on the same database.
async fn alone(config: Config) -> anyhow::Result<App> {
    // A folder that cannot be opened is no reason against making another.
    let folder = Folder::new(&config.encryption.folder, &config.encryption.key_file);
    let keys = folder.open().await.ok().flatten();
    let mut app = App::open_with(config, Mode::Dry, keys).await?;
    app.lock_at_once().await?;
    Ok(app)
}

async fn create(
    app: &App,
    folder: &Folder,
    device: OwnedDeviceId,
    publishing: Publishing,
) -> anyhow::Result<Created> {
    let user = app.connection().user();
    Ok(folder.create(user, &device, publishing).await?)
}

fn tell(folder: &Folder, created: &Created) {
    println!(
        "The keys are in {folder}, encrypted with the secret in {key}. `hygie serve` publishes them.\n\
         \n\
         Recovery key, shown this once. Write it down and keep it apart from this machine: with it `hygie crypto recover`\n\
         makes a lost folder anew, and whoever has it and the bot's account can read what the bot could read.\n\
         \n    {recovery}\n",
        folder = folder.path().display(),
        key = folder.key_file().display(),
        recovery = created.recovery_key,
    );
}

async fn status(config: Config) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Dry).await?;
    let Some(keys) = app.take_keys() else {
        bail!("there are no keys yet; run `hygie crypto init`");
    };
    let status = Status::of(keys, app.connection()).await?;
    println!("device       {}", status.device);
    println!("fingerprint  {}", status.fingerprint);
    let identity = match (&status.there.master, status.there.signed) {
        (Some(_), true) => "published, the device is signed by it",
        (Some(_), false) => "published, the device is not signed by it",
        (None, _) => "not published",
    };
    println!("identity     {identity}");
    let (keys, backed_up) = status.keys;
    println!("keys         {keys} of messages, {backed_up} of them in the backup");
    match &status.backup.0 {
        Some(version) => println!("backup       version {version}"),
        None => println!("backup       none"),
    }
    let problems = status.problems();
    for problem in &problems {
        println!("problem      {problem}");
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A new device: another one must never have the keys of this one.
#[expect(
    clippy::disallowed_methods,
    reason = "the name of a device is made here, by a person's command"
)]
fn another_device() -> OwnedDeviceId {
    let number: u64 = rand::random();
    OwnedDeviceId::from(format!("HYGIE{number:016X}"))
}

fn passphrase(file: Option<&Path>) -> anyhow::Result<String> {
    let passphrase = secret("Passphrase: ", file)?;
    if passphrase.chars().count() < 12 {
        bail!("the passphrase is shorter than 12 characters; take a longer one");
    }
    Ok(passphrase)
}

/// The first line of `file`, else of the standard input; a person at a terminal does not see it.
fn secret(prompt: &str, file: Option<&Path>) -> anyhow::Result<String> {
    let text = if let Some(file) = file {
        std::fs::read_to_string(file).with_context(|| file.display().to_string())?
    } else if std::io::stdin().is_terminal() {
        eprint!("{prompt}");
        std::io::stderr().flush()?;
        rpassword::read_password()?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line
    };
    let first = text.lines().next().unwrap_or_default().trim();
    if first.is_empty() {
        bail!("nothing was given; write it on the first line");
    }
    Ok(first.to_owned())
}
