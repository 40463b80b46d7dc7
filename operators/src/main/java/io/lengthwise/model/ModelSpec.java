package io.lengthwise.model;

import java.io.Serializable;

/**
 * Which model runs where.
 *
 * @param name the name that requests ask for and responses carry
 * @param path a Hugging Face folder or a GGUF file, the same on every TaskManager
 * @param device {@code cpu}, {@code cuda} (the subtask chooses among the TaskManager's GPUs) or
 *     {@code cuda:N}
 * @param weights the numbers of the linear layers
 */
public record ModelSpec(String name, String path, String device, WeightType weights)
    implements Serializable {}
