//! A real browser without a window: chromium, driven by chromedriver.

use std::{path::PathBuf, process::Command};

use fantoccini::{Client, ClientBuilder, key::Key};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::{
    process::{Guarded, Plan, reserve_port, temporary_folder},
    wait::wait_until,
};

/// Whether there is a browser to test in. Says so when such a test is skipped.
///
/// # Panics
///
/// When `CI` is set and chromedriver is missing: there nothing may be skipped.
pub fn available() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |program: &str| std::env::split_paths(&path).any(|it| it.join(program).is_file());
    if there("chromedriver") {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "no chromedriver: install a browser (Debian: apt-get install chromium chromium-driver), CI must not skip it"
    );
    eprintln!("skipped: no chromedriver");
    false
}

/// How a browser shows pages.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width of the window, in CSS pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The user wants dark colours.
    pub dark: bool,
    /// The language that the browser asks for.
    pub language: &'static str,
}

/// A driver, which opens browsers; ended when dropped.
#[derive(Debug)]
pub struct Driver {
    _process: Guarded,
    url: String,
}

/// One window.
#[derive(Debug)]
pub struct Browser(Client);

impl Driver {
    /// Starts chromedriver and waits until it answers.
    pub async fn start() -> Self {
        let (port, listener) = reserve_port();
        drop(listener);
        let folder = temporary_folder("browser");
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).current_dir(&folder);
        let plan = Plan {
            remove: Some(folder.clone()),
            ..Plan::new(command, log_file(&folder))
        };
        let process = Guarded::start(&plan);
        let url = format!("http://127.0.0.1:{port}");
        let status = format!("{url}/status");
        let http = reqwest::Client::new();
        wait_until("chromedriver to answer", async || {
            let answer = http.get(&status).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        Self {
            _process: process,
            url,
        }
    }

    /// Opens a window.
    pub async fn open(&self, look: Look) -> Browser {
        // 0 is dark and 1 is light (blink::mojom::PreferredColorScheme).
        let scheme = u8::from(!look.dark);
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                format!("--accept-lang={}", look.language),
                format!("--blink-settings=preferredColorScheme={scheme}"),
            ],
            "mobileEmulation": {
                "deviceMetrics": {"width": look.width, "height": look.height, "pixelRatio": 1.0, "mobile": false, "touch": false},
            },
        });
        let wanted = json!({"goog:chromeOptions": options});
        let wanted = wanted.as_object().expect("an object").clone();
        let mut connector = HttpConnector::new();
        connector.enforce_http(true);
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(wanted);
        let client = builder.connect(&self.url).await;
        Browser(client.expect("the browser starts"))
    }
}

fn log_file(folder: &std::path::Path) -> PathBuf {
    folder.join("chromedriver.log")
}

impl Browser {
    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.0.goto(url).await.expect("the page opens");
    }

    /// What a script returns: the function's body, `return …`.
    pub async fn look(&self, script: &str) -> Value {
        let answer = self.0.execute(script, Vec::new()).await;
        answer.expect("the script runs")
    }

    /// Types words where the focus is.
    pub async fn types(&self, words: &str) {
        let focused = self.0.active_element().await.expect("something is focused");
        focused.send_keys(words).await.expect("it takes keys");
    }

    /// Presses the tabulator until the element with this id is focused.
    pub async fn tab_to(&self, id: &str) {
        for _ in 0..20 {
            self.types(&char::from(Key::Tab).to_string()).await;
            if self.look("return document.activeElement.id").await == id {
                return;
            }
        }
        panic!("no way to #{id} with the keyboard");
    }

    /// Presses the tabulator once.
    pub async fn tab(&self) {
        self.types(&char::from(Key::Tab).to_string()).await;
    }

    /// Presses the enter key where the focus is.
    pub async fn enter(&self) {
        self.types(&char::from(Key::Enter).to_string()).await;
    }

    /// Waits until the heading of the page says this.
    pub async fn wait_heading(&self, heading: &str) {
        wait_until(&format!("the page «{heading}»"), async || {
            let shown = self.look("return document.querySelector('h1')?.textContent");
            (shown.await == heading).then_some(())
        })
        .await;
    }

    /// Writes a picture of the window as PNG into the temporary folder of the machine, for people to look at.
    pub async fn picture(&self, name: &str) {
        let png = self.0.screenshot().await.expect("a picture can be made");
        let file = std::env::temp_dir().join(format!("hygie-{name}.png"));
        std::fs::write(file, png).expect("the temporary folder is writable");
    }

    /// Closes the window.
    pub async fn close(self) {
        self.0.close().await.expect("the browser ends");
    }
}
