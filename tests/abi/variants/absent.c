/* The library that is not there when a plugin needs it. */
int a_function_of_another_library(void);
int a_function_of_another_library(void) {
  return 1;
}
