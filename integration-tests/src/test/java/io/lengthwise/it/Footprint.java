package io.lengthwise.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory and threads of a JVM after a garbage collection.
 *
 * @param residentMegabytes of the process: heap, code, and what was allocated outside of the heap
 * @param heapMegabytes committed to the heap, a part of the former
 * @param directKilobytes of direct buffers
 * @param metaspaceMegabytes of loaded classes
 * @param threads that live
 * @param jobClassLoaders of Flink jobs, those of jobs that have ended included
 */
record Footprint(
    long residentMegabytes,
    long heapMegabytes,
    long directKilobytes,
    long metaspaceMegabytes,
    long threads,
    long jobClassLoaders) {

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
  private static final Pattern HEAP = Pattern.compile("garbage-first heap\\s+total (\\d+)K");
  private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");
  private static final Pattern DIRECT =
      Pattern.compile("flink_taskmanager_Status_JVM_Memory_Direct_MemoryUsed\\{[^}]*} (\\S+)");
  private static final Pattern JOB_CLASS_LOADER = Pattern.compile("ChildFirstClassLoader");

  /** Measures a TaskManager. */
  static Footprint of(TestingTaskManager taskManager) throws IOException, InterruptedException {
    TestingProcess process = taskManager.process();
    process.jcmd("GC.run");
    String heap = process.jcmd("GC.heap_info");
    String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
    // The TaskManager may be too busy to answer at once.
    String metrics = await().until(taskManager::metrics, text -> !text.isEmpty());
    return new Footprint(
        number(RESIDENT, status) >> 10,
        number(HEAP, heap) >> 10,
        number(DIRECT, metrics) >> 10,
        number(METASPACE, heap) >> 10,
        number(THREADS, status),
        JOB_CLASS_LOADER.matcher(process.jcmd("VM.classloader_stats")).results().count());
  }

  /** Includes native memory, for example PyTorch's weights and cache. */
  long megabytesOutsideTheHeap() {
    return residentMegabytes - heapMegabytes;
  }

  String row(String when) {
    return "| %s | %d MB | %d MB | %d KB | %d MB | %d | %d |"
        .formatted(
            when,
            residentMegabytes,
            megabytesOutsideTheHeap(),
            directKilobytes,
            metaspaceMegabytes,
            threads,
            jobClassLoaders);
  }

  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no %s in %s".formatted(pattern, text));
    }
    return (long) Double.parseDouble(matcher.group(1));
  }
}
