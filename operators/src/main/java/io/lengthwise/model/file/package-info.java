/** The files of a model, whatever their format: weights, configuration and tokenizer source. */
package io.lengthwise.model.file;
