package io.lengthwise.model.natives;

import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;

/**
 * DJL's native libraries: checks that they can be loaded here, and unpacks them.
 *
 * <p>A JVM loads a native library for one class loader only. On a Flink cluster DJL must therefore
 * lie in Flink's {@code lib} folder, where it is loaded once for all jobs, and not in a job's jar.
 */
public final class NativeLibraries {

  private static final String WHAT_TO_DO =
      "copy the jars of cluster-lib (built beside the job jar) into the lib folder of Flink on every"
          + " TaskManager, and restart it";

  private NativeLibraries() {}

  /**
   * Loads them once, so that they lie unpacked in {@code DJL_CACHE_DIR}: for the build of an image.
   */
  public static void main(String[] arguments) {
    check();
    System.out.println(Engine.getEngine("PyTorch"));
    LibUtils.checkStatus();
  }

  /**
   * Returns if DJL is on the class path of the JVM itself.
   *
   * @throws IllegalStateException saying what to do, if it is missing or in the job jar
   */
  public static void check() {
    ClassLoader system = ClassLoader.getSystemClassLoader();
    try {
      Class<?> seen =
          Class.forName(
              "ai.djl.pytorch.engine.PtEngine", false, NativeLibraries.class.getClassLoader());
      if (seen.getClassLoader() != system) {
        throw new IllegalStateException(
            "DJL is loaded by the job's class loader, so a second job could not load it: take ai/djl out of the jar, and "
                + WHAT_TO_DO);
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("DJL's PyTorch engine is missing: " + WHAT_TO_DO, e);
    }
  }
}
