//! Links without the start files of C, since `_start` is ours. What is left of
//! C is `_exit`, and `memcpy` and its like, which a bare target has of its own.

fn main() {
    println!("cargo::rustc-link-arg-bins=-nostartfiles");
    println!("cargo::rustc-link-lib=c");
}
