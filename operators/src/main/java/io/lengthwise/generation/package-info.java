/** Generates: the engine that keeps a model busy, and the operator that feeds it. */
package io.lengthwise.generation;
