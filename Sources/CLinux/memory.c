#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

// Declared in a header that the module does not include. What is free at the end of the heap stays up to twice
// the size, as the library has it where it chooses both.
int clinux_give_back_blocks(int bytes) {
  return mallopt(M_MMAP_THRESHOLD, bytes) && mallopt(M_TRIM_THRESHOLD, 2 * bytes);
}

static const uintptr_t huge = 2 << 20;

static uintptr_t down(uintptr_t address) { return address & ~(huge - 1); }
static uintptr_t up(uintptr_t address) { return down(address + huge - 1); }

struct span {
  uintptr_t start, end;
};

// Finds the program's own code, the first object's segment that can be run.
static int find_code(struct dl_phdr_info *object, size_t size, void *result) {
  (void)size;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type == PT_LOAD && (segment->p_flags & (PF_X | PF_W)) == PF_X) {
      const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
      *(struct span *)result = (struct span){up(start), down(start + segment->p_memsz)};
    }
  }
  return 1;
}

// The copy takes the place of the code in one call, which comes back to the same bytes.
int clinux_code_in_huge_pages(void) {
  struct span code = {0, 0};
  dl_iterate_phdr(find_code, &code);
  if (code.end <= code.start) return 0;
  const size_t size = code.end - code.start;
  char *room = mmap(NULL, size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return -1;
  char *copy = (char *)up((uintptr_t)room);
  void *place = (void *)code.start;
  const int done = madvise(copy, size, MADV_HUGEPAGE) == 0 && memcpy(copy, place, size) &&
                   mprotect(copy, size, PROT_READ | PROT_EXEC) == 0 &&
                   mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place;
  const int error = errno;
  // What is left around the copy, or all of it.
  if (done) {
    if (copy > room) munmap(room, (size_t)(copy - room));
    munmap(copy + size, huge - (size_t)(copy - room));
  } else {
    munmap(room, size + huge);
  }
  errno = error;
  return done ? 0 : -1;
}
