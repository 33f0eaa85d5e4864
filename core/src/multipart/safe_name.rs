use alloc::string::String;

/// File systems take 255 bytes: this leaves room for what is put before it.
const MAX: usize = 200;

/// A name for a file that somebody else has named: its last component, without
/// what a system takes for anything but a name.
///
/// Never empty, and never longer than 200 bytes. No separator of any system, no
/// drive, no `.` or `..`, nothing hidden, no control or direction-changing
/// character, no device of Windows, no blank or dot at the end. What was
/// something else is `_`. Two names may come out as one: put a number before
/// it, and open files so that none is overwritten.
///
/// ```
/// use tidegate_core::safe_file_name;
///
/// assert_eq!(safe_file_name("../../etc/passwd"), "passwd");
/// assert_eq!(safe_file_name(r"C:\fakepath\über.txt"), "über.txt");
/// assert_eq!(safe_file_name("nul.tar.gz"), "_nul.tar.gz");
/// assert_eq!(safe_file_name(".."), "_");
/// ```
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let last = last.trim_start_matches(['.', ' ']);
    let mut safe = String::with_capacity(last.len().min(MAX) + 1);
    if last.is_empty() || is_device(last) {
        safe.push('_');
    }
    for char in last
        .chars()
        .map(|char| if is_safe(char) { char } else { '_' })
    {
        if safe.len() + char.len_utf8() > MAX {
            break;
        }
        safe.push(char);
    }
    let end = safe.trim_end_matches(['.', ' ']).len();
    safe.truncate(end);
    safe
}

/// Neither a control character, nor one that changes what is seen of others, nor
/// one with a meaning to Windows.
fn is_safe(char: char) -> bool {
    !char.is_control()
        && !matches!(char, '"' | '*' | '<' | '>' | '?' | '|')
        && !matches!(char, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        && !matches!(char, '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Windows opens a device for these, whatever the extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let is = |device: &str| stem.eq_ignore_ascii_case(device);
    let numbered = |device: &str| {
        stem.split_at_checked(3).is_some_and(|(start, number)| {
            start.eq_ignore_ascii_case(device)
                && matches!(number.chars().next(), Some('0'..='9' | '¹' | '²' | '³'))
                && number.chars().count() == 1
        })
    };
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
        .into_iter()
        .any(is)
        || numbered("com")
        || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_were_meant_to_do_harm() {
        for (name, safe) in [
            ("", "_"),
            (".", "_"),
            ("...", "_"),
            ("a/", "_"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\x", "x"),
            ("C:", "_"),
            ("C:x", "x"),
            ("x:stream", "stream"),
            ("a\0.txt", "a_.txt"),
            ("a\r\nb", "a__b"),
            (".htaccess", "htaccess"),
            ("CON", "_CON"),
            ("con .txt", "_con .txt"),
            ("com1.log", "_com1.log"),
            ("LPT¹", "_LPT¹"),
            ("com10", "com10"),
            ("console", "console"),
            ("a. . ", "a"),
            ("<b>\"?*|", "_b_____"),
            ("txt.\u{202E}gpj.exe", "txt._gpj.exe"),
            ("txt.\u{61C}gpj.exe", "txt._gpj.exe"),
            ("日本.txt", "日本.txt"),
        ] {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
        assert_eq!(safe_file_name(&"é".repeat(200)), "é".repeat(100));
    }

    proptest! {
        #[test]
        fn a_safe_name_is_one_and_stays_itself(name in ".{0,300}|[./\\\\: a]{0,12}") {
            let safe = safe_file_name(&name);
            prop_assert!((1..=MAX).contains(&safe.len()));
            prop_assert!(!safe.contains(['/', '\\', ':', '\0']) && !safe.starts_with('.'));
            prop_assert!(!safe.ends_with(['.', ' ']));
            prop_assert_eq!(safe_file_name(&safe), safe);
        }
    }
}
