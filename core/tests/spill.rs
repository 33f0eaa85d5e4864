//! Where values are kept, against budgets that are counted anew each time.

use tidegate_core::{Keep, Spill, SpillFault, Stored};

const MAX_IN_MEMORY: u64 = 3;
const MEMORY: u64 = 4;
const DISK: u64 = 5;

/// How room is asked for.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Anywhere,
    InMemory,
    OnDisk,
}

/// What is to come of it: there is room where all values together leave some.
fn model(values: &[Stored; 2], which: usize, ask: Ask, more: u64) -> Option<Keep> {
    let others = |keep| {
        let others = values.iter().enumerate();
        let others = others.filter(|(at, value)| *at != which && value.keep() == keep);
        others.map(|(_, value)| value.len()).sum::<u64>()
    };
    let value = values[which];
    let len = value.len() + more;
    let stays = value.keep() == Keep::InMemory;
    let in_memory = stays && others(Keep::InMemory) + len <= MEMORY;
    let on_disk = others(Keep::OnDisk) + len <= DISK;
    match ask {
        Ask::InMemory if in_memory => Some(Keep::InMemory),
        Ask::Anywhere if in_memory && len <= MAX_IN_MEMORY => Some(Keep::InMemory),
        Ask::Anywhere | Ask::OnDisk if on_disk => Some(Keep::OnDisk),
        _ => None,
    }
}

fn ask(spill: &mut Spill, value: &mut Stored, ask: Ask, more: u64) -> Option<Keep> {
    let (kept, full) = match ask {
        Ask::Anywhere => (spill.store(value, more), SpillFault::DiskFull { max: DISK }),
        Ask::InMemory => (
            spill.store_in_memory(value, more),
            SpillFault::MemoryFull { max: MEMORY },
        ),
        Ask::OnDisk => (
            spill.store_on_disk(value, more),
            SpillFault::DiskFull { max: DISK },
        ),
    };
    kept.map_err(|fault| assert_eq!(fault, full)).ok()
}

#[test]
fn a_value_is_where_it_has_to_be_and_within_the_budgets() {
    let mut asks = Vec::new();
    for which in 0..2 {
        for how in [Ask::Anywhere, Ask::InMemory, Ask::OnDisk] {
            asks.extend((0..=4).map(|more| (which, how, more)));
        }
    }
    for number in 0..asks.len().pow(4) {
        let mut spill = Spill::new()
            .max_in_memory(MAX_IN_MEMORY)
            .memory(MEMORY)
            .disk(DISK);
        let mut values = [Stored::new(); 2];
        for turn in 0..4 {
            let (which, how, more) = asks[number / asks.len().pow(turn) % asks.len()];
            let before = values[which];
            let expected = model(&values, which, how, more);
            let kept = ask(&mut spill, &mut values[which], how, more);
            assert_eq!(
                kept, expected,
                "{number}, {turn}: {before:?}, {how:?}, {more}"
            );
            match kept {
                Some(keep) => {
                    assert_eq!(values[which].keep(), keep);
                    assert_eq!(values[which].len(), before.len() + more);
                }
                None => assert_eq!(values[which], before),
            }
        }
    }
}

#[test]
fn no_length_overflows() {
    let mut spill = Spill::new()
        .max_in_memory(u64::MAX)
        .memory(u64::MAX)
        .disk(u64::MAX);
    let mut value = Stored::new();
    assert_eq!(spill.store(&mut value, u64::MAX), Ok(Keep::InMemory));
    let max = u64::MAX;
    let full = Err(SpillFault::DiskFull { max });
    assert_eq!(spill.store(&mut value, 1), full);
    assert_eq!(spill.store_on_disk(&mut value, 1), full);
    let full = Err(SpillFault::MemoryFull { max });
    assert_eq!(spill.store_in_memory(&mut value, 1), full);
    assert_eq!(spill.store_on_disk(&mut value, 0), Ok(Keep::OnDisk));
}
