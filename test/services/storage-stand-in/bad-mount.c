// Stands in for a mount that fails, in one process (LD_PRELOAD). $BAD_MOUNT is its root; the file $BAD_MOUNT_MODE says how:
//   ok             all is passed through
//   all            every call fails: the file server is gone
//   hold           the root and its lists answer, from memory; all below it fails
//   list           folders answer, files do not
//   short N        a list ends after N names
//   once N WORD    so does the first list of a folder with WORD in its path, and no other
//   bad WORD       what has WORD in its path cannot be read, as on bad blocks of a disk; lists have it
//   omit WORD      so it is, and lists lack it, as Samba's do
//   busy WORD      what has WORD in its path is not renamed, and its first list ends at once
//   after N MODE   N calls pass, then as MODE
// It is a file system of its own: nothing is renamed into it or out of it.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = dlsym(RTLD_NEXT, #name)

static int calls;
static int names;
static DIR *ends_early;
static int was_early;

static const char *mode(void) {
  static char text[64];
  static int (*real_open)(const char *, int, ...);
  if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
  text[0] = 0;
  int file = real_open(getenv("BAD_MOUNT_MODE"), O_RDONLY);
  if (file >= 0) {
    extern ssize_t read(int, void *, size_t);
    extern int close(int);
    ssize_t length = read(file, text, sizeof text - 1);
    text[length > 0 ? length : 0] = 0;
    close(file);
  }
  int passed, used;
  if (sscanf(text, "after %d %n", &passed, &used) == 1) return calls < passed ? "ok" : text + used;
  return text;
}

static int is_folder(const char *path) {
  struct stat found;
  static int (*real_stat)(const char *, struct stat *);
  if (!real_stat) real_stat = dlsym(RTLD_NEXT, "stat");
  return real_stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

// The path below the root; NULL where it is elsewhere.
static const char *below_root(const char *path) {
  const char *root = getenv("BAD_MOUNT");
  if (!root || !path || strncmp(path, root, strlen(root)) != 0) return NULL;
  const char *below = path + strlen(root);
  if (*below && *below != '/') return NULL;
  while (*below == '/') below++;
  return below;
}

// Whether a call with this path fails; 'd' for a list of it.
static int fails(const char *path, char what) {
  const char *below = below_root(path);
  if (!below) return 0;
  calls++;
  const char *how = mode();
  char word[32];
  if ((sscanf(how, "bad %31s", word) == 1 || sscanf(how, "omit %31s", word) == 1) && strstr(below, word)) {
    errno = EIO;
    return 1;
  }
  int bad = strncmp(how, "all", 3) == 0 ||
            (strncmp(how, "hold", 4) == 0 && *below && what != 'd') ||
            (strncmp(how, "list", 4) == 0 && !is_folder(path));
  if (bad) errno = EHOSTDOWN;
  return bad;
}

#define STAT(name, type) \
  int name(const char *path, struct type *found) { \
    REAL(int, name, const char *, struct type *); \
    return fails(path, 's') ? -1 : real(path, found); \
  }
STAT(stat, stat)
STAT(lstat, stat)
STAT(stat64, stat64)
STAT(lstat64, stat64)
STAT(statvfs, statvfs)
STAT(statvfs64, statvfs64)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    int bits = va_arg(more, int); \
    va_end(more); \
    REAL(int, name, const char *, int, ...); \
    return fails(path, 'o') ? -1 : real(path, flags, bits); \
  }
OPEN(open)
OPEN(open64)

DIR *opendir(const char *path) {
  REAL(DIR *, opendir, const char *);
  names = 0;
  if (fails(path, 'd')) return NULL;
  DIR *folder = real(path);
  const char *below = below_root(path);
  char word[32];
  ends_early = NULL;
  int is_meant = sscanf(mode(), "once %*d %31s", word) == 1 || sscanf(mode(), "busy %31s", word) == 1;
  if (!was_early && below && is_meant && strstr(below, word)) {
    ends_early = folder;
    was_early = 1;
  }
  return folder;
}

#define READDIR(name, type) \
  struct type *name(DIR *folder) { \
    REAL(struct type *, name, DIR *); \
    int most; \
    char word[32]; \
    int is_short = sscanf(mode(), "short %d", &most) == 1 || \
                   (folder == ends_early && sscanf(mode(), "once %d", &most) == 1) || \
                   (folder == ends_early && (most = 0, sscanf(mode(), "busy %31s", word) == 1)); \
    if (is_short && names++ >= most) return NULL; \
    struct type *entry = real(folder); \
    while (entry && sscanf(mode(), "omit %31s", word) == 1 && strstr(entry->d_name, word)) entry = real(folder); \
    return entry; \
  }
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)

#define ONE(name) \
  int name(const char *path) { \
    REAL(int, name, const char *); \
    return fails(path, 'w') ? -1 : real(path); \
  }
ONE(unlink)
ONE(rmdir)

int mkdir(const char *path, mode_t bits) {
  REAL(int, mkdir, const char *, mode_t);
  return fails(path, 'w') ? -1 : real(path, bits);
}

int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *);
  if (fails(from, 'w') || fails(to, 'w')) return -1;
  char word[32];
  if (below_root(from) && sscanf(mode(), "busy %31s", word) == 1 && strstr(below_root(from), word)) {
    errno = EACCES;
    return -1;
  }
  if (!below_root(from) != !below_root(to)) {
    errno = EXDEV;
    return -1;
  }
  return real(from, to);
}

int access(const char *path, int how) {
  REAL(int, access, const char *, int);
  return fails(path, 's') ? -1 : real(path, how);
}
