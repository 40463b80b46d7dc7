package io.lengthwise.model;

import com.sun.jna.NativeLibrary;

/**
 * Memory outside Java's heap that nobody needs any more.
 *
 * <p>Loading a model leaves mapped files and direct buffers behind, which go with the next
 * collection of garbage, and frees native buffers of many sizes, of which glibc gives little back
 * to the system by itself: a TaskManager would grow with every job that is submitted to it.
 */
final class FreedMemory {

  private FreedMemory() {}

  /** Gives it back to the system, where the C library can: glibc's {@code malloc_trim}. */
  static void giveBack() {
    System.gc();
    try {
      NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {0L});
    } catch (UnsatisfiedLinkError e) {
      // Another C library, or another allocator in its place, which does so by itself.
    }
  }
}
