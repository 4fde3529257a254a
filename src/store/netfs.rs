//! Which mounts belong to another machine: SQLite's locks and shared memory can't be trusted there, so a case book on
//! one is refused. Given the text of `/proc/self/mountinfo`; called when a case book is opened.

use std::path::{Path, PathBuf};

/// File system types whose files lie on another machine.
const NETWORK: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.davfs",
    "davfs",
    "fuse.curlftpfs",
];

/// A mount of a file system that belongs to another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NetworkMount {
    /// The file system's type.
    pub kind: String,
    /// Where it is mounted.
    pub mount: PathBuf,
}

/// The network mount that an absolute path without links lies on, if it lies on one. The longest mount point counts,
/// and of several mounts on one point the last, which hides the others.
pub(super) fn network_mount(mountinfo: &str, path: &Path) -> Option<NetworkMount> {
    let mut best: Option<(usize, &str, PathBuf)> = None;
    for (mount, kind) in mountinfo.lines().filter_map(mount_and_kind) {
        let mount = PathBuf::from(unescape(mount));
        let depth = mount.components().count();
        if path.starts_with(&mount) && best.as_ref().is_none_or(|(d, _, _)| *d <= depth) {
            best = Some((depth, kind, mount));
        }
    }
    let (_, kind, mount) = best?;
    NETWORK.contains(&kind).then(|| NetworkMount { kind: kind.to_owned(), mount })
}

/// The mount point (fifth word) and the type (first word after the lone dash) of a line.
fn mount_and_kind(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    let mount = words.nth(4)?;
    let kind = words.skip_while(|w| *w != "-").nth(1)?;
    Some((mount, kind))
}

/// Undoes the kernel's escapes of space, tab, line feed and backslash.
fn unescape(s: &str) -> String {
    s.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:50 / /home rw shared:7 master:2 - nfs4 files:/home rw,vers=4.2
41 40 8:1 / /home/kei/local rw - xfs /dev/sdb1 rw
42 27 0:51 / /mnt/team\\040share rw - fuse.sshfs kei@host: rw
43 27 0:52 / /srv rw - ext4 /dev/sdc1 rw
44 43 0:53 / /srv rw - cifs //nas/srv rw
";

    #[test]
    fn the_longest_and_last_mount_decides() {
        let kind = |p: &str| network_mount(INFO, Path::new(p)).map(|m| m.kind);
        assert_eq!(kind("/home/kei/cases.db").as_deref(), Some("nfs4"));
        assert_eq!(kind("/home/kei/local/cases.db"), None);
        assert_eq!(kind("/homework/cases.db"), None);
        assert_eq!(kind("/mnt/team share/cases.db").as_deref(), Some("fuse.sshfs"));
        assert_eq!(kind("/srv/cases.db").as_deref(), Some("cifs"));
        assert_eq!(network_mount("not a mountinfo\n", Path::new("/x")), None);
    }
}
