/* Faults in the files of one folder: counts what this process does to them, keeps a log of it, and at the n-th call
 * kills the process or lets the call fail. Preloaded with LD_PRELOAD; shim.py builds and steers it.
 *
 * Nothing is really synced: the log says what was, and disks.py builds from it what a loss of power leaves. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Kinds of call, and what can be done to one: the same numbers stand in shim.py. */
enum { WRITE = 1, SYNC = 2, CUT = 4, OPEN = 8, NAME = 16, READ = 32, MAP = 64, LOCK = 128, FOLDER = 256 };
enum { NOTHING, KILL_BEFORE, KILL_HALF, KILL_AFTER, FAIL, FAIL_HALF, FAIL_AFTER, SHORT, DROP };

#define FDS 4096
#define REAL(name) \
    ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

static char folder[1024];
static size_t folder_size;
static int log_fd = -1;
static uint32_t serial, files[FDS]; /* by descriptor: the number of its opening; 0 for a file that is not ours */
static int mask, action, error;
static long first, span, calls, fired;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ── steering ── */

void fault_folder(const char *path, int log) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_size = strlen(folder);
    log_fd = log;
    memset(files, 0, sizeof files); /* what is open still is no longer ours; `serial` goes on counting */
}

void fault_arm(int kinds, long at, long how_many, int what, int number) {
    mask = kinds, first = at, span = how_many, action = what, error = number, calls = fired = 0;
}

long fault_calls(void) { return calls; }

long fault_fired(void) { return fired; }

static void say(char kind, uint32_t file, int64_t number, const void *bytes, uint32_t size) {
    struct __attribute__((packed)) { char kind; uint32_t file; int64_t number; uint32_t size; }
        head = {kind, file, number, size};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)bytes, size}};
    if (log_fd >= 0 && REAL(writev)(log_fd, parts, 2) != (ssize_t)(sizeof head + size)) abort();
}

void fault_note(const char *bytes, uint32_t size) { say('n', 0, 0, bytes, size); }

/* ── what is to happen to a call ── */

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int due(int kind) {
    if (!(kind & mask)) return NOTHING;
    pthread_mutex_lock(&lock);
    long call = ++calls;
    int now = call >= first && call - first < span;
    fired += now;
    pthread_mutex_unlock(&lock);
    if (now && action == KILL_BEFORE) die();
    return !now ? NOTHING : action == SHORT && call > first ? FAIL : action;
}

static int failing(int what) {
    if (what != FAIL && what != FAIL_HALF && what != SHORT && what != DROP) return 0;
    errno = error;
    return 1;
}

static int after(int what, int result) {
    if (what == KILL_AFTER || what == KILL_HALF) die();
    if (what != FAIL_AFTER) return result;
    errno = error;
    return -1;
}

static const char *ours(const char *path) { /* the name within the folder, "" for the folder itself, or NULL */
    if (!folder_size || strncmp(path, folder, folder_size)) return NULL;
    return path[folder_size] == '/' ? path + folder_size + 1 : path[folder_size] ? NULL : "";
}

static uint32_t file_of(int fd) { return fd >= 0 && fd < FDS ? files[fd] : 0; }

/* ── what was written since the last sync, so that a failing sync can drop it ── */

static struct undo { struct undo *next; uint32_t file; off_t where, size; ssize_t length; char bytes[]; } *undos;

static void remember(int fd, off_t where, size_t length) {
    struct stat state;
    if (action != DROP || fstat(fd, &state)) return;
    struct undo *undo = malloc(sizeof *undo + length);
    if (!undo) abort();
    *undo = (struct undo){undos, files[fd], where, state.st_size, 0};
    undo->length = REAL(pread)(fd, undo->bytes, length, where);
    undos = undo;
}

static void forget(int fd, int drop) {
    for (struct undo **each = &undos, *undo; (undo = *each);) {
        if (undo->file != files[fd]) {
            each = &undo->next;
            continue;
        }
        if (drop && (REAL(pwrite)(fd, undo->bytes, undo->length, undo->where) < 0 || REAL(ftruncate)(fd, undo->size)))
            abort();
        *each = undo->next;
        free(undo);
    }
}

/* ── the calls ── */

static int opened(int fd, const char *name, int there, int flags) {
    if (fd < 0 || fd >= FDS || !name) return fd;
    files[fd] = ++serial;
    say('o', serial, there && !(flags & O_TRUNC) ? 0 : there ? 2 : 1, name, strlen(name));
    return fd;
}

static int opening(const char *path, int flags, mode_t mode) {
    const char *name = ours(path);
    if (!name) return REAL(open)(path, flags, mode);
    int what = due(OPEN), there = access(path, F_OK) == 0;
    if (failing(what)) return -1;
    return after(what, opened(REAL(open)(path, flags, mode), name, there, flags));
}

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; }

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = mode_of(flags, more); \
        va_end(more); \
        return opening(path, flags, mode); \
    }
OPENING(open)
OPENING(open64)
int __open_2(const char *path, int flags) { return opening(path, flags, 0); }
int __open64_2(const char *path, int flags) { return opening(path, flags, 0); }

#define OPENING_AT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = mode_of(flags, more); \
        va_end(more); \
        return ours(path) ? opening(path, flags, mode) : REAL(openat)(at, path, flags, mode); \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

int close(int fd) {
    if (file_of(fd)) files[fd] = 0;
    return REAL(close)(fd);
}

static ssize_t put(int fd, const void *bytes, size_t size, off_t where, int moving) {
    if (!file_of(fd)) return moving ? REAL(write)(fd, bytes, size) : REAL(pwrite)(fd, bytes, size, where);
    int what = due(WRITE);
    size_t part = what == KILL_HALF || what == FAIL_HALF || what == SHORT ? size / 2 : size;
    if (what == FAIL) {
        errno = error;
        return -1;
    }
    if (moving) where = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    remember(fd, where, part);
    ssize_t done = moving ? REAL(write)(fd, bytes, part) : REAL(pwrite)(fd, bytes, part, where);
    if (done > 0) say('w', files[fd], where, bytes, done);
    if (what == KILL_HALF || what == KILL_AFTER) die();
    if (what != FAIL_HALF && what != FAIL_AFTER) return done;
    errno = error;
    return -1;
}

static ssize_t put_all(int fd, const struct iovec *parts, int count, off_t where, int moving) {
    size_t size = 0;
    for (int each = 0; each < count; each++) size += parts[each].iov_len;
    char *all = malloc(size + 1), *end = all;
    if (!all) abort();
    for (int each = 0; each < count; each++) end = mempcpy(end, parts[each].iov_base, parts[each].iov_len);
    ssize_t done = put(fd, all, size, where, moving);
    int kept = errno;
    free(all);
    errno = kept;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t size) { return put(fd, bytes, size, 0, 1); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t where) { return put(fd, bytes, size, where, 0); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t where) { return put(fd, bytes, size, where, 0); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return file_of(fd) ? put_all(fd, parts, count, 0, 1) : REAL(writev)(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t where) { return put_all(fd, parts, count, where, 0); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t where) { return put_all(fd, parts, count, where, 0); }

static ssize_t get(int fd, void *bytes, size_t size, off_t where, int moving) {
    if (file_of(fd) && failing(due(READ))) return -1;
    return moving ? REAL(read)(fd, bytes, size) : REAL(pread)(fd, bytes, size, where);
}

ssize_t read(int fd, void *bytes, size_t size) { return get(fd, bytes, size, 0, 1); }
ssize_t pread(int fd, void *bytes, size_t size, off_t where) { return get(fd, bytes, size, where, 0); }
ssize_t pread64(int fd, void *bytes, size_t size, off_t where) { return get(fd, bytes, size, where, 0); }

static int cut(int fd, off_t size) {
    if (!file_of(fd)) return REAL(ftruncate)(fd, size);
    int what = due(CUT);
    if (failing(what)) return -1;
    remember(fd, 0, 0);
    int result = REAL(ftruncate)(fd, size);
    if (!result) say('t', files[fd], size, NULL, 0);
    return after(what, result);
}

int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off_t size) { return cut(fd, size); }

static int grown(int fd, off_t size) { /* room that is asked for: gives an error number */
    int what = due(WRITE);
    if (failing(what)) return error;
    struct stat state;
    if (!fstat(fd, &state) && size > state.st_size && !REAL(ftruncate)(fd, size)) say('t', files[fd], size, NULL, 0);
    return after(what, 0) ? error : 0;
}

int posix_fallocate(int fd, off_t where, off_t size) {
    return file_of(fd) ? grown(fd, where + size) : REAL(posix_fallocate)(fd, where, size);
}
int posix_fallocate64(int fd, off_t where, off_t size) { return posix_fallocate(fd, where, size); }
int fallocate(int fd, int mode, off_t where, off_t size) {
    if (!file_of(fd)) return REAL(fallocate)(fd, mode, where, size);
    errno = mode ? EOPNOTSUPP : grown(fd, where + size);
    return errno ? -1 : 0;
}
int fallocate64(int fd, int mode, off_t where, off_t size) { return fallocate(fd, mode, where, size); }

static int synced(int fd) {
    struct stat state;
    int what = due(!fstat(fd, &state) && S_ISDIR(state.st_mode) ? FOLDER : SYNC);
    if (failing(what)) {
        say(what == DROP ? 'd' : 'f', files[fd], 0, NULL, 0);
        forget(fd, what == DROP);
        errno = error;
        return -1;
    }
    if (what == KILL_HALF) die(); /* nothing was synced yet */
    forget(fd, 0);
    say('s', files[fd], 0, NULL, 0);
    return after(what, 0);
}

int fsync(int fd) { return file_of(fd) ? synced(fd) : REAL(fsync)(fd); }
int fdatasync(int fd) { return file_of(fd) ? synced(fd) : REAL(fdatasync)(fd); }

static int renamed(const char *from, const char *to) { /* `to` is NULL where the name goes */
    int what = due(NAME);
    if (failing(what)) return -1;
    int result = to ? REAL(rename)(from, to) : REAL(unlink)(from);
    if (!result) {
        char names[2 * sizeof folder];
        int size = snprintf(names, sizeof names, "%s/%s", ours(from), to ? ours(to) : "");
        say('r', 0, 0, names, size);
    }
    return after(what, result);
}

int unlink(const char *path) { return ours(path) ? renamed(path, NULL) : REAL(unlink)(path); }
int rename(const char *from, const char *to) {
    return ours(from) && ours(to) ? renamed(from, to) : REAL(rename)(from, to);
}

static void *mapped(void *at, size_t size, int protection, int flags, int fd, off_t where) {
    if (file_of(fd) && failing(due(MAP))) return MAP_FAILED;
    return REAL(mmap)(at, size, protection, flags, fd, where);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t where) {
    return mapped(at, size, protection, flags, fd, where);
}
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t where) {
    return mapped(at, size, protection, flags, fd, where);
}

static int controlled(int fd, int command, void *argument) {
    int locking = command == F_SETLK && ((struct flock *)argument)->l_type != F_UNLCK;
    if (locking && file_of(fd) && failing(due(LOCK))) return -1;
    return REAL(fcntl)(fd, command, argument);
}

#define CONTROLLED(name) \
    int name(int fd, int command, ...) { \
        va_list more; \
        va_start(more, command); \
        void *argument = va_arg(more, void *); \
        va_end(more); \
        return controlled(fd, command, argument); \
    }
CONTROLLED(fcntl)
CONTROLLED(fcntl64)
