//! Chromium without a screen, by the DevTools protocol: objects of JSON, each
//! with a zero behind it, through two pipes.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take. Other tests run beside it.
const PATIENCE: Duration = Duration::from_secs(60);

/// With one page.
pub(super) struct Browser {
    process: Child,
    to: ChildStdin,
    messages: Receiver<Value>,
    session: Value,
    sent: u64,
    /// What happened, and not in answer to anything.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// At this address. `None`, with a message, if there is no browser; with
    /// `TIDEGATE_BROWSER=required` that is a failure.
    pub(super) fn open(url: &str) -> Option<Self> {
        let Some(program) = installed() else {
            let required = std::env::var_os("TIDEGATE_BROWSER").is_some_and(|is| is == "required");
            assert!(!required, "there is no Chromium");
            println!("SKIPPED: there is no Chromium");
            return None;
        };
        let profile = TempDir::new().unwrap();
        let mut process = start(program, &profile);
        let (to, from) = (
            process.stdin.take().unwrap(),
            process.stdout.take().unwrap(),
        );
        let mut browser = Self {
            process,
            to,
            messages: receive(from),
            session: Value::Null,
            sent: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        browser.session = browser.call("Target.attachToTarget", attach)["sessionId"].take();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.call("Page.navigate", json!({"url": url}));
        browser.wait("document.readyState === 'complete' && location.protocol === 'http:'");
        Some(browser)
    }

    pub(super) fn call(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if self.session.is_string() {
            message["sessionId"] = self.session.clone();
        }
        self.to
            .write_all(format!("{message}\0").as_bytes())
            .unwrap();
        loop {
            let mut message = match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => message,
                Err(error) => panic!("{method}: {error}"),
            };
            if message["id"] == self.sent {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    /// What an expression of JavaScript comes to.
    pub(super) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true});
        let mut said = self.call("Runtime.evaluate", params);
        assert!(said["exceptionDetails"].is_null(), "{expression}: {said}");
        said["result"]["value"].take()
    }

    /// The text that is seen of an element.
    pub(super) fn text(&mut self, id: &str) -> String {
        let text = self.eval(&format!("document.getElementById('{id}').innerText"));
        text.as_str().unwrap().to_owned()
    }

    /// Waits until it is true.
    pub(super) fn wait(&mut self, expression: &str) {
        let start = Instant::now();
        while self.eval(expression) != true {
            let late = start.elapsed() > PATIENCE;
            assert!(!late, "never {expression}: {:?}", self.text_of_page());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Chooses files, as if in the dialogue.
    pub(super) fn choose(&mut self, files: &[PathBuf]) {
        let input = json!({"expression": "document.getElementById('files')"});
        let mut input = self.call("Runtime.evaluate", input);
        let object = input["result"]["objectId"].take();
        self.call(
            "DOM.setFileInputFiles",
            json!({"files": files, "objectId": object}),
        );
    }

    /// Drops files in the middle of an element.
    pub(super) fn drop_at(&mut self, id: &str, files: &[PathBuf]) {
        let place = self.eval(&format!(
            "(() => {{ const it = document.getElementById('{id}').getBoundingClientRect();
                return [it.x + it.width / 2, it.y + it.height / 2]; }})()"
        ));
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({"items": [], "files": files, "dragOperationsMask": 1});
            let event = json!({"type": kind, "x": place[0], "y": place[1], "data": data});
            self.call("Input.dispatchDragEvent", event);
        }
    }

    pub(super) fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// What it sends: no more than so many bytes a second, or nothing.
    pub(super) fn slow_down(&mut self, bytes: u64) {
        let conditions = json!({
            "offline": bytes == 0, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": bytes,
        });
        self.call("Network.emulateNetworkConditions", conditions);
    }

    /// The parameters of all events of this kind so far.
    pub(super) fn events(&mut self, method: &str) -> Vec<Value> {
        // What came before the answer to this is there.
        self.eval("0");
        let events = self.events.iter().filter(|event| event["method"] == method);
        events.map(|event| event["params"].clone()).collect()
    }

    fn text_of_page(&mut self) -> Value {
        self.eval("document.body?.innerText")
    }
}

/// The name of a program that can be run.
fn installed() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|program| {
            let version = Command::new(program).arg("--version").output();
            version.is_ok_and(|output| output.status.success())
        })
}

/// It reads from 3 and writes to 4, which only a shell can give it.
fn start(program: &str, profile: &TempDir) -> Child {
    Command::new("sh")
        .args([
            "-c",
            "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null",
            program,
        ])
        .args(["--headless", "--remote-debugging-pipe", "--disable-gpu"])
        .args([
            "--no-first-run",
            "--no-proxy-server",
            "--disable-dev-shm-usage",
        ])
        // For there is none where this is root, as in most containers. It sees
        // nothing but our own page.
        .arg("--no-sandbox")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// In a thread, or one could not stop to wait.
fn receive(from: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for message in BufReader::new(from).split(0) {
            let message = serde_json::from_slice(&message.unwrap()).unwrap();
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends its other processes, which `kill` would leave behind.
        let close = json!({"id": 0, "method": "Browser.close"});
        let _ = self.to.write_all(format!("{close}\0").as_bytes());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(10) {
                let _ = self.process.kill();
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}
