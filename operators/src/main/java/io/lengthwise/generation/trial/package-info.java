/** Runs a schedule without Flink, on a model or on recorded lengths. */
package io.lengthwise.generation.trial;
