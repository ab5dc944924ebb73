// Stands in for a mount that fails, in one process (LD_PRELOAD). $BAD_MOUNT is its root; the file $BAD_MOUNT_MODE says how:
//   ok             all is passed through
//   all            every call fails: the file server is gone
//   hold           the root and its lists answer, from memory; all below it fails
//   list           folders answer, files do not
//   short N        a list ends after N names
//   after N MODE   N calls pass, then as MODE
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

// Whether a call with this path fails; 'd' for a list of it.
static int fails(const char *path, char what) {
  const char *root = getenv("BAD_MOUNT");
  if (!root || !path || strncmp(path, root, strlen(root)) != 0) return 0;
  const char *below = path + strlen(root);
  while (*below == '/') below++;
  calls++;
  const char *how = mode();
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
  return fails(path, 'd') ? NULL : real(path);
}

#define READDIR(name, type) \
  struct type *name(DIR *folder) { \
    REAL(struct type *, name, DIR *); \
    int most; \
    if (sscanf(mode(), "short %d", &most) == 1 && names++ >= most) return NULL; \
    return real(folder); \
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
  return fails(from, 'w') || fails(to, 'w') ? -1 : real(from, to);
}

int access(const char *path, int how) {
  REAL(int, access, const char *, int);
  return fails(path, 's') ? -1 : real(path, how);
}
