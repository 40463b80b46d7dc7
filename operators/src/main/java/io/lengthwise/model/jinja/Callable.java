package io.lengthwise.model.jinja;

/** A function, a macro, or a method with the value it belongs to. */
@FunctionalInterface
interface Callable {

  Object call(Arguments arguments, Scope scope);
}
