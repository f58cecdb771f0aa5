//! Where the configuration and the state of whoever runs trailhunt are kept, on each system. Nothing is made here.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// `$XDG_CONFIG_HOME/trailhunt`, else `~/.config/trailhunt`; on Windows `%APPDATA%\trailhunt`.
pub fn configuration() -> Option<PathBuf> {
    if cfg!(windows) {
        of_user("APPDATA", r"AppData\Roaming")
    } else {
        of_user("XDG_CONFIG_HOME", ".config")
    }
}

/// What to do where there is no home to keep state in.
pub const NO_STATE_HINT: &str = if cfg!(windows) {
    "set LOCALAPPDATA to a folder that is yours"
} else {
    "set XDG_STATE_HOME to a folder that is yours"
};

/// `$XDG_STATE_HOME/trailhunt`, else `~/.local/state/trailhunt`; on Windows `%LOCALAPPDATA%\trailhunt`.
pub fn state() -> Option<PathBuf> {
    if cfg!(windows) {
        of_user("LOCALAPPDATA", r"AppData\Local")
    } else {
        of_user("XDG_STATE_HOME", ".local/state")
    }
}

fn of_user(variable: &str, below_home: &str) -> Option<PathBuf> {
    folder(env::var_os(variable), env::home_dir(), below_home)
}

fn folder(named: Option<OsString>, home: Option<PathBuf>, below_home: &str) -> Option<PathBuf> {
    // the XDG specification: a path that is not absolute is to be ignored
    let named = named.map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.filter(|path| path.is_absolute());
    let folder = named.or_else(|| Some(home?.join(below_home)))?;
    Some(folder.join("trailhunt"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_state_folder_is_that_of_the_xdg_specification() {
        let of = |state: &str, home: &str| {
            let set = |text: &str| (!text.is_empty()).then(|| OsString::from(text));
            folder(set(state), set(home).map(PathBuf::from), ".local/state")
        };
        let folder = |state: &str, home: &str| of(state, home).unwrap();
        assert_eq!(folder("/state", "/home/a"), Path::new("/state/trailhunt"));
        assert_eq!(
            folder("", "/home/a"),
            Path::new("/home/a/.local/state/trailhunt")
        );
        assert_eq!(
            folder("state", "/home/a"),
            Path::new("/home/a/.local/state/trailhunt")
        );
        assert_eq!(of("", ""), None);
        assert_eq!(of("state", "home"), None);
    }
}
