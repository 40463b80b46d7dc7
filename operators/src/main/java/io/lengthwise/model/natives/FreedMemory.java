package io.lengthwise.model.natives;

import com.sun.jna.NativeLibrary;

/**
 * Memory that native code has freed and the C library keeps.
 *
 * <p>Loading a model frees buffers of many sizes, of which glibc gives little back to the system by
 * itself: a TaskManager would grow with every job that is submitted to it.
 */
public final class FreedMemory {

  private FreedMemory() {}

  /** Gives it back to the system, where the C library can: glibc's {@code malloc_trim}. */
  public static void giveBack() {
    try {
      NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {0L});
    } catch (UnsatisfiedLinkError e) {
      // Another C library, or another allocator in its place, which does so by itself.
    }
  }
}
