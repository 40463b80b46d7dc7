package io.lengthwise.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.lengthwise.request.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * The decoder program on a device: the TorchScript archive {@code decoder.pt}, which is exported
 * from the Python sources beside it.
 *
 * <p>A call crosses into native code once. Confined to the thread that opened the program.
 */
final class DecoderProgram implements AutoCloseable {

  private static final String ARCHIVE = "decoder.pt";

  private final PtNDManager manager;
  private final PtSymbolBlock module;

  private DecoderProgram(PtNDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    this.module = module;
  }

  /**
   * Loads the program, without weights.
   *
   * @param device a CPU or GPU of PyTorch
   * @param threads CPU threads of the calling thread's work, 0 for one a core
   */
  static DecoderProgram open(Device device, int threads) {
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
    try (InputStream archive = DecoderProgram.class.getResourceAsStream(ARCHIVE)) {
      PtSymbolBlock module = JniUtils.loadModule(manager, archive, false, false);
      JniUtils.enableInferenceMode(module);
      // Both are settings of the calling thread. Without the second one, PyTorch compiles the
      // program again for each new shape.
      JniUtils.setNumThreads(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
      JniUtils.setGraphExecutorOptimize(false);
      return new DecoderProgram(manager, module);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("The decoder program cannot be read from the job jar", e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The SHA-256 of the archive in hexadecimal digits, which identifies its version. */
  static String digest() {
    try (InputStream archive = DecoderProgram.class.getResourceAsStream(ARCHIVE)) {
      return HexFormat.of().formatHex(Sha256.of(archive.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("The decoder program cannot be read from the job jar", e);
    }
  }

  /**
   * Owns the tensors of one call. They are on the host, and the program sends them to its device.
   */
  PtNDManager scope() {
    return manager.newSubManager(Device.cpu());
  }

  /** The device of the program. */
  Device device() {
    return manager.getDevice();
  }

  /** Calls a method without a result. */
  void run(String method, IValue... arguments) {
    runForResult(method, arguments).close();
  }

  /** Calls a method. The caller closes the result. */
  IValue runForResult(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(module, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  static IValue tensor(PtNDManager scope, long... values) {
    return IValue.from((PtNDArray) scope.create(values));
  }

  static IValue tensor(PtNDManager scope, float... values) {
    return IValue.from((PtNDArray) scope.create(values));
  }

  /** A matrix, given row after row. */
  static IValue tensor(PtNDManager scope, long[] values, long rows, long columns) {
    return IValue.from((PtNDArray) scope.create(values, new Shape(rows, columns)));
  }

  /** A matrix, given row after row. */
  static IValue tensor(PtNDManager scope, float[] values, long rows, long columns) {
    return IValue.from((PtNDArray) scope.create(values, new Shape(rows, columns)));
  }

  /** Frees everything that the program holds. */
  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
