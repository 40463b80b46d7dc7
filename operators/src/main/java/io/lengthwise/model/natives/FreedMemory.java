package io.lengthwise.model.natives;

import com.sun.jna.NativeLibrary;

/**
 * Returns memory to the system that native code has freed and the C library keeps.
 *
 * <p>Loading a model frees buffers of many sizes, and glibc returns little of this memory. So the
 * memory of a TaskManager would grow with every job.
 */
public final class FreedMemory {

  private FreedMemory() {}

  /** Returns the memory, if the C library can: glibc has {@code malloc_trim}. */
  public static void giveBack() {
    try {
      NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {0L});
    } catch (UnsatisfiedLinkError e) {
      // Another C library or allocator, which returns memory by itself.
    }
  }
}
