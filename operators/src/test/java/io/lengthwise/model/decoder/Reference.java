package io.lengthwise.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.huggingface.SafetensorsHeader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * A tiny random model and what Hugging Face transformers computes with it; {@code
 * src/test/python/model_fixtures.py} makes both.
 *
 * @param folder the model
 * @param prompts tokens of each prompt
 * @param answers the greedy tokens that follow each prompt
 * @param middle the number of tokens into the answer after which logits are known again
 */
public record Reference(Path folder, int[][] prompts, int[][] answers, int middle) {

  public static Path folder(String family) {
    try {
      URL config = Reference.class.getResource("/models/" + family + "/config.json");
      return Path.of(config.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Reference of(String family) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path folder = folder(family);
    JsonNode expected = mapper.readTree(folder.resolve("expected.json").toFile());
    return new Reference(
        folder,
        mapper.convertValue(expected.get("prompts"), int[][].class),
        mapper.convertValue(expected.get("answers"), int[][].class),
        expected.get("middle").intValue());
  }

  /**
   * Returns the logits [vocabulary] after a prompt and the given number of tokens of its answer.
   */
  float[] logits(int prompt, int step) {
    return tensor(prompt + "." + step);
  }

  /**
   * Returns the mean over a prompt's tokens of the last hidden states, after the final norm
   * [hidden].
   */
  public float[] hiddenStates(int prompt) {
    return tensor(prompt + ".hidden");
  }

  private float[] tensor(String name) {
    MappedFile file = MappedFile.open(folder.resolve("expected.safetensors"));
    StoredTensor tensor = SafetensorsHeader.read(file).get(name);
    FloatBuffer buffer = tensor.rows(0, (int) tensor.shape()[0]).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
