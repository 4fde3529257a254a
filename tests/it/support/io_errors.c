/* Makes single calls of a program fail, as a dying or a full disk does: loaded before libc (LD_PRELOAD) by
   `tests/it/support/io_errors.rs`, which tells by a shared file what is to fail and reads there what was called.

   The calls are taken at libc's door, so that SQLite and Rust's library are both met; renames are taken at the
   kernel's (seccomp), because the crate that makes temporary files goes past libc. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

/* The bits of `calls`, in the order of `Call` in io_errors.rs. */
enum { OPEN = 1, READ = 2, WRITE = 4, SYNC = 8, TRUNCATE = 16, MAP = 32, RENAME = 64, REMOVE = 128, STAT = 256 };

/* The shared file; io_errors.rs knows the offsets. */
struct control {
    uint64_t from;     /* the number of the call that fails, 0 for none */
    uint64_t lasting;  /* all after it fail too */
    uint64_t error;    /* errno */
    uint64_t cut;      /* the call itself writes half of its bytes, what comes behind fails */
    uint64_t calls;    /* which kinds count */
    uint64_t seen;     /* how many there were */
    uint64_t injected; /* how many failed */
    uint64_t unused;
    char root[448];    /* only files below this folder */
    char names[512];   /* whose rest of the path is like one of these, a line each */
    char first[1024];  /* the first one that failed */
};

#define FILES 4096
static struct control *control;
static char tracked[FILES][128];

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

/* The rest of a path below the root that is to be watched; NULL for others. */
static const char *watched(int folder, const char *path, char *whole, size_t room) {
    if (!control || !path) return NULL;
    size_t root = strlen(control->root);
    if (path[0] != '/') {
        if (folder != AT_FDCWD || !getcwd(whole, room)) return NULL;
        size_t length = strlen(whole);
        while (path[0] == '.' && path[1] == '/') path += 2;
        if (strcmp(path, ".") == 0) path = "";
        snprintf(whole + length, room - length, "/%s", path);
        path = whole;
    }
    if (!root || strncmp(path, control->root, root) != 0 || (path[root] && path[root] != '/')) return NULL;
    const char *rest = path[root] ? path + root + 1 : "";
    char names[sizeof control->names], *kept;
    memcpy(names, control->names, sizeof names);
    for (char *name = strtok_r(names, "\n", &kept); name; name = strtok_r(NULL, "\n", &kept))
        if (fnmatch(name, rest, 0) == 0) return rest;
    return NULL;
}

static const char *watched_file(int file) {
    return control && file >= 0 && file < FILES && tracked[file][0] ? tracked[file] : NULL;
}

static void track(int file, const char *rest) {
    if (file >= 0 && file < FILES) snprintf(tracked[file], sizeof tracked[file], "%s", rest && *rest ? rest : rest ? "." : "");
}

enum verdict { PASS, CUT, FAIL };

static enum verdict judge(uint64_t call, const char *name, const char *file) {
    if (!file || !(control->calls & call)) return PASS;
    uint64_t from = control->from, n = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
    if (!from || n < from) return PASS;
    int cuts = control->cut && n == from;
    uint64_t last = control->cut ? from + 1 : from;
    if (n > last && !control->lasting) return PASS;
    if (__atomic_fetch_add(&control->injected, 1, __ATOMIC_SEQ_CST) == 0)
        snprintf(control->first, sizeof control->first, "%s%s %s", name, cuts ? " (cut)" : "", file);
    if (cuts) return CUT;
    errno = (int)control->error;
    return FAIL;
}

#define FAILS(call, file) (judge(call, __func__, file) == FAIL)

/* Opening */

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
#define OPENS(folder, path, call) \
    char whole[PATH_MAX]; const char *file = watched(folder, path, whole, sizeof whole); \
    if (FAILS(OPEN, file)) return -1; \
    int opened = call; \
    if (opened >= 0) track(opened, file); \
    return opened

int open(const char *path, int flags, ...) { MODE(flags) OPENS(AT_FDCWD, path, REAL(open)(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE(flags) OPENS(AT_FDCWD, path, REAL(open64)(path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) OPENS(at, path, REAL(openat)(at, path, flags, mode)); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) OPENS(at, path, REAL(openat64)(at, path, flags, mode)); }

int close(int file) {
    if (file >= 0 && file < FILES) tracked[file][0] = 0;
    return REAL(close)(file);
}

DIR *opendir(const char *path) {
    char whole[PATH_MAX];
    return FAILS(OPEN, watched(AT_FDCWD, path, whole, sizeof whole)) ? NULL : REAL(opendir)(path);
}

int mkdir(const char *path, mode_t mode) {
    char whole[PATH_MAX];
    return FAILS(OPEN, watched(AT_FDCWD, path, whole, sizeof whole)) ? -1 : REAL(mkdir)(path, mode);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    char whole[PATH_MAX];
    return FAILS(RENAME, watched(to_at, to, whole, sizeof whole)) ? -1 : REAL(linkat)(from_at, from, to_at, to, flags);
}

/* Reading */

ssize_t read(int file, void *to, size_t n) { return FAILS(READ, watched_file(file)) ? -1 : REAL(read)(file, to, n); }
ssize_t readv(int file, const struct iovec *to, int n) { return FAILS(READ, watched_file(file)) ? -1 : REAL(readv)(file, to, n); }
ssize_t pread(int file, void *to, size_t n, off_t at) { return FAILS(READ, watched_file(file)) ? -1 : REAL(pread)(file, to, n, at); }
ssize_t pread64(int file, void *to, size_t n, off64_t at) { return FAILS(READ, watched_file(file)) ? -1 : REAL(pread64)(file, to, n, at); }

/* Writing */

#define WRITES(n, whole, half) \
    switch (judge(WRITE, __func__, watched_file(file))) { \
    case FAIL: return -1; \
    case CUT: return (n) > 1 ? half : whole; \
    default: return whole; }

ssize_t write(int file, const void *from, size_t n) { WRITES(n, REAL(write)(file, from, n), REAL(write)(file, from, n / 2)) }
ssize_t pwrite(int file, const void *from, size_t n, off_t at) { WRITES(n, REAL(pwrite)(file, from, n, at), REAL(pwrite)(file, from, n / 2, at)) }
ssize_t pwrite64(int file, const void *from, size_t n, off64_t at) { WRITES(n, REAL(pwrite64)(file, from, n, at), REAL(pwrite64)(file, from, n / 2, at)) }
ssize_t writev(int file, const struct iovec *from, int n) { WRITES(n, REAL(writev)(file, from, n), REAL(writev)(file, from, n / 2)) }
ssize_t sendfile64(int file, int from, off64_t *at, size_t n) { return FAILS(WRITE, watched_file(file)) ? -1 : REAL(sendfile64)(file, from, at, n); }
ssize_t copy_file_range(int from, off64_t *from_at, int file, off64_t *at, size_t n, unsigned flags) {
    return FAILS(WRITE, watched_file(file)) ? -1 : REAL(copy_file_range)(from, from_at, file, at, n, flags);
}

int fsync(int file) { return FAILS(SYNC, watched_file(file)) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return FAILS(SYNC, watched_file(file)) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t length) { return FAILS(TRUNCATE, watched_file(file)) ? -1 : REAL(ftruncate)(file, length); }
int ftruncate64(int file, off64_t length) { return FAILS(TRUNCATE, watched_file(file)) ? -1 : REAL(ftruncate64)(file, length); }

void *mmap(void *where, size_t n, int how, int flags, int file, off_t at) {
    return FAILS(MAP, watched_file(file)) ? MAP_FAILED : REAL(mmap)(where, n, how, flags, file, at);
}
void *mmap64(void *where, size_t n, int how, int flags, int file, off64_t at) {
    return FAILS(MAP, watched_file(file)) ? MAP_FAILED : REAL(mmap64)(where, n, how, flags, file, at);
}

/* Looking, removing, copying a descriptor */

#define LOOKS(at, path, call) char whole[PATH_MAX]; return FAILS(STAT, watched(at, path, whole, sizeof whole)) ? -1 : call

int stat64(const char *path, struct stat64 *to) { LOOKS(AT_FDCWD, path, REAL(stat64)(path, to)); }
int lstat64(const char *path, struct stat64 *to) { LOOKS(AT_FDCWD, path, REAL(lstat64)(path, to)); }
int access(const char *path, int how) { LOOKS(AT_FDCWD, path, REAL(access)(path, how)); }
int fstat64(int file, struct stat64 *to) { return FAILS(STAT, watched_file(file)) ? -1 : REAL(fstat64)(file, to); }
/* Rust's library asks without any path whether there is such a call; volatile, as the compiler takes that for impossible. */
int statx(int at, const char *restrict path, int flags, unsigned mask, struct statx *restrict to) {
    char whole[PATH_MAX];
    const char *volatile given = path;
    const char *file = !given ? NULL : path[0] ? watched(at, path, whole, sizeof whole) : watched_file(at);
    return FAILS(STAT, file) ? -1 : REAL(statx)(at, path, flags, mask, to);
}

int unlink(const char *path) {
    char whole[PATH_MAX];
    return FAILS(REMOVE, watched(AT_FDCWD, path, whole, sizeof whole)) ? -1 : REAL(unlink)(path);
}

static void track_copy(int command, int file, int copy) {
    if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && copy >= 0 && watched_file(file)) track(copy, tracked[file]);
}
#define CONTROLS(name) { \
    va_list rest; va_start(rest, command); void *with = va_arg(rest, void *); va_end(rest); \
    int done = REAL(name)(file, command, with); \
    track_copy(command, file, done); \
    return done; }
int fcntl(int file, int command, ...) CONTROLS(fcntl)
int fcntl64(int file, int command, ...) CONTROLS(fcntl64)

/* Renaming: every such call of the process comes here by a signal, is judged, and made with a sixth argument by which
   the filter knows it again. */

#define OWN 0x10e44045UL
#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#define ARGUMENT(context, n) ((context)->uc_mcontext.gregs[(int[]){ REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8 }[n]])
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#define ARGUMENT(context, n) ((context)->uc_mcontext.regs[n])
#define RESULT(context) ((context)->uc_mcontext.regs[0])
#endif

#ifdef MACHINE
static void renames(int signal, siginfo_t *about, void *context_) {
    (void)signal;
    ucontext_t *context = context_;
    long call = about->si_syscall, before = errno;
    int at = AT_FDCWD, to = 1;
#ifdef SYS_rename
    if (call != SYS_rename)
#endif
        at = (int)ARGUMENT(context, 2), to = 3;
    char whole[PATH_MAX];
    const char *file = watched(at, (const char *)ARGUMENT(context, to), whole, sizeof whole);
    if (judge(RENAME, "rename", file) == FAIL) {
        RESULT(context) = -(long)errno;
    } else {
        long done = syscall(call, ARGUMENT(context, 0), ARGUMENT(context, 1), ARGUMENT(context, 2), ARGUMENT(context, 3),
                            ARGUMENT(context, 4), OWN);
        RESULT(context) = done < 0 ? -(long)errno : done;
    }
    errno = (int)before;
}

static void take_renames(void) {
    struct sigaction action = { .sa_sigaction = renames, .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigaction(SIGSYS, &action, NULL);
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_rename
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rename, 2, 0),
#else
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 2, 0),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static void take_renames(void) {}
#endif

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("IO_ERRORS");
    int file = path ? REAL(open)(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *shared = REAL(mmap)(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REAL(close)(file);
    if (shared == MAP_FAILED) return;
    control = shared;
    take_renames();
}
