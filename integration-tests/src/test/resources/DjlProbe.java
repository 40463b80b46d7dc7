import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;

/** Adds on the PyTorch engine and tokenizes with the file that its argument names. */
public final class DjlProbe {

  public static void main(String[] arguments) throws Exception {
    try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
      System.out.println(manager.create(new float[] {1, 2}).sum().getFloat());
    }
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(Path.of(arguments[0]))) {
      System.out.println(Arrays.toString(tokenizer.encode("hello world").getIds()));
    }
  }
}
