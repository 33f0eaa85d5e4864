use std::io;
use tidegate_core::Boundary;

/// A boundary that nobody can guess: 128 bits from the system.
///
/// ```
/// let boundary = tidegate_std_io::random_boundary()?;
/// assert_eq!(boundary.as_str().len(), 32);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// If the system has no randomness to give, which it has once it is up.
pub fn random_boundary() -> io::Result<Boundary> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Boundary::from_random(random))
}
