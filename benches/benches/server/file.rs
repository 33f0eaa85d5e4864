//! A long file: how fast, and in how much processor time of the server.

use crate::drive::{Server, median};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

const LENGTH: u64 = 1 << 30;
const ROUNDS: usize = 5;

pub(crate) fn file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    // Not a hole, which is read faster.
    std::io::copy(&mut std::io::repeat(b'x').take(LENGTH), &mut file.as_file()).expect("a disk");
    let path = file.path().to_str().expect("a name").to_owned();
    let _ = std::io::copy(&mut File::open(&path).expect("it"), &mut std::io::sink());
    println!("\na file of 1 GiB, median of {ROUNDS} rounds\n");
    println!("| sent by | GiB a second | processor time, ms |");
    println!("|---|---|---|");
    let servers = ["tidegate", "sendfile"].map(|engine| (engine, Server::start(engine, &path)));
    let mut rounds = [const { (Vec::new(), Vec::new()) }; 2];
    for _ in 0..ROUNDS {
        for ((_, server), (rates, times)) in servers.iter().zip(&mut rounds) {
            let (ticks, start) = (server.ticks(), Instant::now());
            fetch(server);
            rates.push(start.elapsed().as_secs_f64().recip());
            times.push((server.ticks() - ticks) as f64 * 10.0);
        }
    }
    for ((engine, _), (rates, times)) in servers.iter().zip(rounds) {
        println!("| {engine} | {:.2} | {:.0} |", median(rates), median(times));
    }
}

fn fetch(server: &Server) {
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .expect("it reads");
    let mut buffer = vec![0; 1 << 20];
    let mut total = 0;
    loop {
        match stream.read(&mut buffer).expect("a server") {
            0 => break,
            read => total += read as u64,
        }
    }
    assert!((LENGTH..LENGTH + 4096).contains(&total), "{total}");
}
