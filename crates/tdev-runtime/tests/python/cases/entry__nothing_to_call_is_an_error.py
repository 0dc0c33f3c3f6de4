# code: InvalidComponent
# message: has no component: mark a class or a function
x = 1
