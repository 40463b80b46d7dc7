package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * A fault that strikes while a job is under load. What it breaks is repaired when {@link #strike}
 * returns.
 *
 * <p>A new fault needs a constant here. {@link FaultsITCase} runs all of them, with both
 * guarantees.
 */
enum Fault {
  TASK_MANAGER_KILLED("`kill -9` of a TaskManager, another takes its place") {
    @Override
    void strike(FaultScene scene) throws Exception {
      scene.cluster().killTaskManager(scene.cluster().taskManagers().get(0));
      scene.cluster().startTaskManager();
    }
  },

  JOB_MANAGER_KILLED("`kill -9` of the JobManager, another takes its place") {
    @Override
    void strike(FaultScene scene) throws Exception {
      scene.cluster().killJobManager();
    }
  },

  BROKER_STOPPED("the broker stopped for 30 s") {
    @Override
    void strike(FaultScene scene) throws Exception {
      scene.broker().stop();
      FaultScene.hold(Duration.ofSeconds(30));
      scene.broker().start();
    }
  },

  /**
   * The paused TaskManager resumes while another one has its work, and must not answer. It
   * registers again, or it ends: Flink ends a process whose sink fails while it closes, and the
   * transactions of the sink may be fenced off.
   */
  TASK_MANAGER_PAUSED("`SIGSTOP` of a TaskManager until its heartbeat times out, then `SIGCONT`") {
    @Override
    void strike(FaultScene scene) throws Exception {
      TestingSessionCluster cluster = scene.cluster();
      TestingTaskManager paused = cluster.taskManagers().get(0);
      int all = cluster.taskManagers().size();
      paused.process().pause();
      try {
        await().atMost(PATIENCE).until(() -> cluster.rest().taskManagers() == all - 1);
        cluster.startTaskManager();
        await().atMost(PATIENCE).until(() -> cluster.rest().isRunning(scene.job()));
      } finally {
        paused.process().resume();
      }
      await()
          .atMost(PATIENCE)
          .until(() -> cluster.rest().taskManagers() == all + 1 || !paused.process().isAlive());
      cluster.killTaskManager(paused);
    }
  },

  CHECKPOINT_DISK_FULL("no space for checkpoints until three have failed") {
    @Override
    Map<String, String> options(Path folder) throws Exception {
      Path disk = Files.createDirectories(disk(folder));
      if (run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()) != 0) {
        throw new TestAbortedException("No full disk: only root may mount a small one");
      }
      return Map.of("execution.checkpointing.dir", disk.resolve("checkpoints").toUri().toString());
    }

    @Override
    void strike(FaultScene scene) throws Exception {
      int before = scene.failedCheckpoints();
      Path filler = disk(scene.folder()).resolve("filler");
      assertThat(run("dd", "if=/dev/zero", "of=" + filler, "bs=4096")).isNotZero();
      await().atMost(PATIENCE).until(() -> scene.failedCheckpoints() >= before + 3);
      Files.delete(filler);
    }

    @Override
    void close(Path folder) throws Exception {
      run("umount", "--lazy", disk(folder).toString());
    }

    private Path disk(Path folder) {
      return folder.resolve("small-disk");
    }
  },

  CHECKPOINT_TIMED_OUT("a TaskManager paused until a checkpoint has timed out") {
    @Override
    Map<String, String> options(Path folder) {
      return Map.of("execution.checkpointing.timeout", "3 s");
    }

    @Override
    void strike(FaultScene scene) throws Exception {
      int before = scene.failedCheckpoints();
      TestingProcess paused = scene.cluster().taskManagers().get(0).process();
      paused.pause();
      try {
        await().atMost(PATIENCE).until(() -> scene.failedCheckpoints() > before);
      } finally {
        paused.resume();
      }
    }
  },

  RESCALED("savepoint and rescale, 1 to 2 to 1 subtasks") {
    @Override
    Map<String, String> options(Path folder) {
      return Map.of("job.parallelism", "1");
    }

    @Override
    void strike(FaultScene scene) throws Exception {
      scene.rescale(2);
      await().atMost(PATIENCE).until(() -> scene.cluster().rest().isRunning(scene.job()));
      scene.rescale(1);
    }
  },

  /** Enough rows change at once that others are prefilled together with the poison. */
  POISONED("a request that makes the engine throw") {
    @Override
    Map<String, String> options(Path folder) {
      return Map.of("engine.width", "8", "engine.segment-steps", "16");
    }

    @Override
    Path job(Path folder) throws Exception {
      return BrokenDecoder.jobWithIt(folder);
    }

    @Override
    void strike(FaultScene scene) {
      scene.client().sendPoison();
    }
  },

  /** The process ends itself, because nothing else frees the device. */
  ENGINE_STUCK("a step of an engine that does not end; its process ends, another takes its place") {
    @Override
    Map<String, String> options(Path folder) {
      return Map.of("engine.step-timeout", "10 s");
    }

    @Override
    void strike(FaultScene scene) throws Exception {
      TestingTaskManager stuck = scene.cluster().taskManagers().get(0);
      StoppedThread.stop(stuck.process(), TestingCluster.ENGINE_THREAD, "libtorch");
      await().atMost(PATIENCE).until(() -> !stuck.process().isAlive());
      scene.cluster().killTaskManager(stuck);
      scene.cluster().startTaskManager();
    }
  },

  NONE("nothing, to compare with") {
    @Override
    void strike(FaultScene scene) {}
  };

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String description;

  Fault(String description) {
    this.description = description;
  }

  /** The name of the fault in the table of {@code docs/reliability.md}. */
  String description() {
    return description;
  }

  /**
   * The options that the fault adds to the job.
   *
   * @param folder for the files of the fault
   * @throws TestAbortedException if this machine cannot have the fault
   */
  Map<String, String> options(Path folder) throws Exception {
    return Map.of();
  }

  /**
   * The jar of the job.
   *
   * @param folder for the files of the fault
   */
  Path job(Path folder) throws Exception {
    return FlinkClient.JOB_JAR;
  }

  abstract void strike(FaultScene scene) throws Exception;

  /** Removes what {@link #options} set up. */
  void close(Path folder) throws Exception {}

  static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
