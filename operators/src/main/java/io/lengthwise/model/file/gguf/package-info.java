/** GGUF files: header, tensors, dequantization and tokenizer. */
package io.lengthwise.model.file.gguf;
